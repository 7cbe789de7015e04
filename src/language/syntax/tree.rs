//! The syntax tree: what was written, with its place. Nothing is decided here that needs more than one file's text.

use super::literal::Literal;
use crate::diagnostic::Span;

/// A name or word with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ident {
    pub text: String,
    pub span: Span,
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    pub items: Vec<Item>,
    /// Names of declarations that could not be read: each has its finding, and whoever uses it is not to blame.
    pub broken: Vec<Broken>,
}

/// The word of a declaration that could not be read, and the name after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    pub word: String,
    pub name: String,
}

/// A declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub kind: ItemKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `use cisco.mpp` or `use "./file.prov"`.
    Use {
        module: Ident,
        file: bool,
    },
    Let {
        name: Ident,
        ty: Option<TypeExpr>,
        value: Expr,
    },
    Fn {
        name: Ident,
        parameters: Vec<(Ident, TypeExpr)>,
        result: TypeExpr,
        body: Expr,
    },
    Secret {
        name: Ident,
        value: Expr,
    },
    Inventory {
        name: Ident,
        source: Expr,
        columns: Vec<ColumnDecl>,
    },
    Parameter(ParameterDecl),
    /// `server`, `network`, `profile` …: a word, what stands before the brace, and the block.
    Block {
        word: Ident,
        heads: Vec<Head>,
        body: Block,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDecl {
    pub name: Ident,
    pub ty: TypeExpr,
    /// No two rows may hold the same.
    pub unique: bool,
    pub default: Option<Expr>,
}

/// A parameter of the platform, as the standard library declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterDecl {
    pub name: IndexedName,
    pub ty: TypeExpr,
    /// More than one value is a list, as a schedule's waits are.
    pub default: Vec<Expr>,
    pub attributes: Vec<(Ident, Vec<Expr>)>,
}

/// `Unit[1..3]_Key[1..28]`: the parts, each with the range of the index after it.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexedName {
    pub parts: Vec<(String, Option<(u32, u32)>)>,
    pub span: Span,
}

/// What stands between a block's word and its brace.
#[derive(Clone, Debug, PartialEq)]
pub enum Head {
    Name(IndexedName),
    Text(Expr),
}

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    pub kind: TypeKind,
    pub optional: bool,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    Name(String),
    /// `digits(3..5)`, `int(0..15)`, `list("a" | "b")`.
    Call(String, Vec<TypeArg>),
    OneOf(Vec<String>),
    List(Box<TypeKind>),
    /// `{ name: string  gateway: ip }`.
    Record(Vec<(Ident, TypeExpr)>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum TypeArg {
    Text(String),
    Range(String, String),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    pub statements: Vec<Statement>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub kind: StatementKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    If {
        branches: Vec<(Expr, Block)>,
        otherwise: Option<Block>,
    },
    For {
        variable: Ident,
        over: Expr,
        body: Block,
    },
    Match {
        value: Expr,
        arms: Vec<(Vec<Expr>, Block)>,
        otherwise: Option<Block>,
    },
    /// `user P`, `reset P`.
    Ownership {
        word: Ident,
        target: Target,
    },
    /// `seed P = v user ro`, `option 160 = "…"`, `unlisted "X" = "v"`.
    Assign {
        words: Vec<Ident>,
        target: Target,
        values: Vec<Expr>,
        access: Option<Ident>,
    },
    /// `expect PARAMETER == value`; other expectations are settings.
    Expect {
        target: Target,
        operator: Operator,
        value: Expr,
    },
    /// A word and its arguments, in groups divided by commas.
    Setting {
        word: Ident,
        groups: Vec<Vec<Argument>>,
    },
}

impl Statement {
    /// Every block in it, of branches, arms, loops and settings.
    pub fn blocks(&self) -> Vec<&Block> {
        match &self.kind {
            StatementKind::If { branches, otherwise } => {
                branches.iter().map(|(_, block)| block).chain(otherwise.as_ref()).collect()
            }
            StatementKind::For { body, .. } => vec![body],
            StatementKind::Match { arms, otherwise, .. } => {
                arms.iter().map(|(_, block)| block).chain(otherwise.as_ref()).collect()
            }
            StatementKind::Setting { groups, .. } => groups
                .iter()
                .flatten()
                .filter_map(|argument| match argument {
                    Argument::Block(block) => Some(block),
                    Argument::Expr(_) => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    Expr(Expr),
    Block(Block),
}

/// What an assignment assigns to.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub kind: TargetKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TargetKind {
    /// A parameter: parts of its name, each with the index after it.
    Name(Vec<(String, Option<Expr>)>),
    Number(Literal),
    Text(Expr),
    /// `$A`, a register of the phone.
    Macro(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Literal(Literal),
    Bool(bool),
    Text(Vec<TextPart>),
    /// `$MA`.
    Macro(String),
    Name(String),
    Call(Ident, Vec<Expr>),
    Field(Box<Expr>, Ident),
    Index(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Binary(Box<Expr>, Operator, Box<Expr>),
    List(Vec<Expr>),
    /// `{ name = "ams"  gateway = 192.168.50.1 }`.
    Record(Vec<(Ident, Expr)>),
    /// Something that already has a finding; it silences what would follow from it.
    Fault,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TextPart {
    Text(String),
    Hole(Expr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `30m, 1h`: the waits of a schedule, one after the other.
    Then,
    /// `a else b`: `b` where there is no `a`.
    Else,
    Or,
    And,
    In,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Range,
    Jitter,
    Plus,
    Minus,
    Times,
    Divide,
}

impl Operator {
    pub const ALL: [(Operator, &'static str, u8); 17] = [
        (Operator::Then, ",", 0),
        (Operator::Else, "else", 0),
        (Operator::Or, "or", 1),
        (Operator::And, "and", 2),
        (Operator::In, "in", 3),
        (Operator::Equal, "==", 3),
        (Operator::Unequal, "!=", 3),
        (Operator::Less, "<", 3),
        (Operator::LessEqual, "<=", 3),
        (Operator::Greater, ">", 3),
        (Operator::GreaterEqual, ">=", 3),
        (Operator::Range, "..", 4),
        (Operator::Jitter, "jitter", 5),
        (Operator::Plus, "+", 6),
        (Operator::Minus, "-", 6),
        (Operator::Times, "*", 7),
        (Operator::Divide, "/", 7),
    ];

    pub fn from_text(text: &str) -> Option<Operator> {
        Operator::ALL.iter().find(|(_, name, _)| *name == text).map(|(operator, _, _)| *operator)
    }

    pub fn text(self) -> &'static str {
        Operator::ALL.iter().find(|(operator, _, _)| *operator == self).map_or("", |(_, name, _)| name)
    }

    /// How tightly it binds; larger binds tighter.
    pub fn binds(self) -> u8 {
        Operator::ALL.iter().find(|(operator, _, _)| *operator == self).map_or(0, |(_, _, binds)| *binds)
    }
}

/// An expression may nest as deep as this, and with the operands that stand in a row as deep as that: what walks a tree
/// goes as deep.
const MOST_NESTED: usize = 200;
const MOST_DEPTH: usize = 1024;

impl Expr {
    /// Whether an expression goes deeper than what walks it should.
    pub fn is_too_deep(&self) -> bool {
        let (depth, nested) = self.depth();
        depth > MOST_DEPTH || nested > MOST_NESTED
    }

    /// The levels below and with this one; and the same with operands in a row counted as one.
    fn depth(&self) -> (usize, usize) {
        let deepest = |items: &mut dyn Iterator<Item = &Expr>| {
            items.map(Expr::depth).fold((0, 0), |(depth, nested), (a, b)| (depth.max(a), nested.max(b)))
        };
        let (depth, nested) = match &self.kind {
            ExprKind::Name(_) | ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Macro(_) | ExprKind::Fault => {
                (0, 0)
            }
            ExprKind::Text(texts) => deepest(&mut texts.iter().filter_map(|text| match text {
                TextPart::Text(_) => None,
                TextPart::Hole(hole) => Some(hole),
            })),
            ExprKind::Field(inner, _) | ExprKind::Not(inner) | ExprKind::Minus(inner) => inner.depth(),
            ExprKind::Binary(one, _, other) => {
                let ((left, row), (right, nested)) = (one.depth(), other.depth());
                let row = if matches!(one.kind, ExprKind::Binary(..)) { row.saturating_sub(1) } else { row };
                (left.max(right), row.max(nested))
            }
            ExprKind::Index(one, other) => deepest(&mut [&**one, &**other].into_iter()),
            ExprKind::Call(_, items) | ExprKind::List(items) => deepest(&mut items.iter()),
            ExprKind::Record(fields) => deepest(&mut fields.iter().map(|(_, value)| value)),
        };
        (depth + 1, nested + 1)
    }

    /// The word, if the expression is a bare name.
    pub fn as_name(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// What stands behind `request.`, if the expression is that and no more.
    pub fn as_request(&self) -> Option<String> {
        let ExprKind::Field(base, field) = &self.kind else { return None };
        match base.as_name() {
            Some("request") => Some(field.text.clone()),
            Some(_) => None,
            None => Some(format!("{}.{}", base.as_request()?, field.text)),
        }
    }

    /// The text, if the expression is a string without holes.
    pub fn as_text(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Text(parts) => parts.iter().try_fold(String::new(), |text, part| match part {
                TextPart::Text(more) => Some(text + more),
                TextPart::Hole(_) => None,
            }),
            _ => None,
        }
    }
}

impl IndexedName {
    /// The name without indexes, if it has none.
    pub fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [(name, None)] => Some(name),
            _ => None,
        }
    }

    /// The name with `[]` where an index stands: the key of a family.
    pub fn family(&self) -> String {
        self.parts
            .iter()
            .fold(String::new(), |name, (part, index)| name + part + if index.is_some() { "[]" } else { "" })
    }
}
