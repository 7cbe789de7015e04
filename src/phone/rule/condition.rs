//! Reading conditions (RS §4): comparisons joined by `and`.

use super::cursor::Cursor;
use super::tree::Place;
use super::{Comparison, Condition, Operand, Operator, RuleError, RuleFault, Version};

impl Cursor<'_> {
    /// Comparisons joined by `and`. Blanks behind the last one are taken.
    pub fn condition(&mut self) -> Result<Condition, RuleError> {
        let mut comparisons = vec![self.comparison()?];
        loop {
            let blank = self.blanks();
            let word = self.rest();
            if ["or ", "OR ", "||"].iter().any(|other| word.starts_with(other)) {
                let message = "there is no `or`: write another alternative, or use the other trigger";
                return Err(self.fault(message).of(RuleFault::Condition));
            }
            if word.starts_with("&&") {
                return Err(self.fault("there is no `&&`: `and` joins comparisons").of(RuleFault::Condition));
            }
            let behind = word.strip_prefix("and").or_else(|| word.strip_prefix("AND"));
            if !behind.is_some_and(|behind| behind.is_empty() || behind.starts_with([' ', ')'])) {
                return Ok(Condition { comparisons });
            }
            if !blank {
                return Err(self.fault("`and` stands between blanks"));
            }
            let and = self.at;
            self.at += 3;
            self.blanks();
            if matches!(self.peek(), None | Some(b')')) {
                return Err(RuleError::new(and, "a comparison is missing behind `and`"));
            }
            comparisons.push(self.comparison()?);
        }
    }

    fn comparison(&mut self) -> Result<Comparison, RuleError> {
        let start = self.at;
        let left = self.operand()?;
        self.blanks();
        let sign = self.at;
        let operator = self.operator()?;
        let sign_end = self.at;
        self.blanks();
        let right = self.operand()?;
        if left.kind() != right.kind() {
            let message = format!("{} is compared with {}; both sides must be of one kind", left.kind(), right.kind());
            return Err(RuleError::new(start, message).of(RuleFault::Kinds));
        }
        if operator.is_order() && matches!(left, Operand::Text(_)) {
            return Err(RuleError::new(sign, "strings have no order, only `eq` and `ne`").of(RuleFault::Kinds));
        }
        Ok(Comparison { left, operator, right, sign: Place(sign..sign_end), at: Place(start..self.at) })
    }

    pub(super) fn operator(&mut self) -> Result<Operator, RuleError> {
        // Two characters before one.
        for operator in [Operator::NotEqual, Operator::LessOrEqual, Operator::GreaterOrEqual] {
            if self.eat(operator.sign()) {
                return Ok(operator);
            }
        }
        if self.rest().starts_with("<>") {
            return Err(self.fault("there is no `<>`: `!=`, or `ne`"));
        }
        if self.rest().starts_with("==") {
            return Err(self.fault("there is no `==`: one `=`, or `eq`"));
        }
        for operator in [Operator::Equal, Operator::Less, Operator::Greater] {
            if self.eat(operator.sign()) {
                return Ok(operator);
            }
        }
        for operator in Operator::ALL {
            if self.eat(operator.word()) {
                return Ok(operator);
            }
        }
        if self.peek() == Some(b'!') {
            return Err(self.fault("`!` alone is how SPA phones write `!=`; write `ne`"));
        }
        Err(self.fault("expected a comparison: `eq ne lt le gt ge` or `= != < <= > >=`"))
    }

    /// Whether an operator stands where an operand should, and an operand behind it: `! 1.0.33`, `ge 2.0.1`.
    fn left_out(&self) -> bool {
        let rest = self.rest();
        let signs = ["==", "<>", "!=", "<=", ">=", "=", "<", ">", "!", "eq ", "ne ", "lt ", "le ", "gt ", "ge "];
        let behind = signs.iter().find_map(|sign| rest.strip_prefix(sign)).map(|behind| behind.trim_start_matches(' '));
        behind.is_some_and(|behind| {
            let word = behind.split([' ', ')', '(']).next().unwrap_or_default();
            word.starts_with('"')
                || word.starts_with(|first: char| first.is_ascii_digit())
                || word.parse::<Version>().is_ok()
        })
    }

    fn operand(&mut self) -> Result<Operand, RuleError> {
        let start = self.at;
        if self.peek() == Some(b'(') {
            let message = "parentheses do not nest: comparisons are joined by `and` only";
            return Err(RuleError::new(start, message).of(RuleFault::Condition));
        }
        if self.left_out() {
            return Err(
                self.fault("the left side is missing: a macro that is empty, or the SPA form that means `$SWVER`")
            );
        }
        if ["not ", "NOT ", "!"].iter().any(|word| self.rest().starts_with(word)) {
            let message = "there is no `not`: use the opposite comparison";
            return Err(RuleError::new(start, message).of(RuleFault::Condition));
        }
        if self.peek() == Some(b'"') {
            return self.string().map(Operand::Text);
        }
        let word = self.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
        // `2.0.3(0412s)`: the parenthesis belongs to the version only when it directly follows and holds a build.
        let mut end = self.at;
        if let Some(inner) = self.rest().strip_prefix('(') {
            let length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if length > 0 && inner.get(length..).is_some_and(|after| after.starts_with(')')) {
                end = self.at + length + 2;
            }
        }
        let whole = self.text.get(start..end).unwrap_or_default();
        self.at = end;
        let digits = word.strip_prefix('-').unwrap_or(word);
        if whole == word && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = "the number is too large";
            return word.parse().map(Operand::Integer).map_err(|_| RuleError::new(start, message));
        }
        whole.parse().map(Operand::Version).map_err(|_| {
            let message = if self.text.get(start..).is_some_and(|rest| rest.starts_with('$')) {
                "the phone does not know this macro, so it stays as written"
            } else {
                "expected an integer, a version or a quoted string"
            };
            RuleError::new(start, message)
        })
    }
}
