// The .prov language for tree-sitter. `../../prov.pest` is the grammar that counts; this one follows it, and knows as little as it does of which
// words a block has. `src/` is generated from it, and is kept, since editors build their parsers from there.

const LOOSE = { then: 0, else: 1, or: 2, and: 3, compare: 4, range: 5, jitter: 6, sum: 7, product: 8, prefix: 9, postfix: 10 }

/// Items with commas between them; a line may end behind a comma.
const list = ($, item) => seq(item, repeat(seq(',', repeat($._newline), item)))

module.exports = grammar({
  name: 'prov',

  extras: $ => [/[ \t\r]/, $.comment],

  word: $ => $.identifier,

  conflicts: $ => [[$.name, $._expression], [$.target, $._expression], [$.if_statement], [$._argument, $.block], [$.setting]],

  rules: {
    source_file: $ => seq(
      repeat($._newline),
      optional(seq($._item, repeat(seq(repeat1($._newline), $._item)), repeat($._newline))),
    ),

    _newline: _ => '\n',
    comment: _ => token(seq('//', /[^\n]*/)),

    // Declarations
    _item: $ => choice($.use, $.let, $.function, $.secret, $.inventory, $.declaration),

    use: $ => seq('use', choice($.string, $.module)),
    module: _ => /[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+/,

    let: $ => seq('let', field('name', $.identifier), optional(seq(':', field('type', $.type))), '=', field('value', $._values)),

    function: $ => seq(
      'fn', field('name', $.identifier),
      '(', optional(list($, $.parameter)), ')',
      ':', field('result', $.type),
      '=', field('body', $._values),
    ),
    parameter: $ => seq(field('name', $.identifier), ':', field('type', $.type)),

    secret: $ => seq('secret', field('name', $.identifier), '=', field('value', $._expression)),

    inventory: $ => seq(
      'inventory', field('name', $.identifier), 'from', field('file', $.string),
      '{', repeat(choice($._newline, $.column)), '}',
    ),
    column: $ => seq(
      field('name', $.identifier), ':', field('type', $.type),
      optional('unique'), optional(seq('=', field('default', $._expression))),
    ),

    declaration: $ => seq(
      field('kind', choice('server', 'network', 'zone', 'firmware', 'profile', 'fleet', 'test')),
      field('name', choice($.identifier, $.string)),
      optional(seq('for', 'phone')),
      field('body', $.block),
    ),

    // Types
    type: $ => seq(list_of_choices($), optional('?')),
    _type: $ => choice($.string, $.list_type, $.record_type, $.call_type, $.type_name),
    type_name: $ => $.identifier,
    call_type: $ => seq($.identifier, token.immediate('('), list_by($, '|', choice($.string, seq($.number, optional(seq('..', $.number))))), ')'),
    list_type: $ => seq('list', 'of', $._type),
    record_type: $ => seq('{', repeat(choice($._newline, seq(field('name', $.identifier), ':', $.type))), '}'),

    // Blocks
    block: $ => seq('{', optional(seq(
      repeat($._newline),
      optional(seq($._statement, repeat(seq(repeat1($._newline), $._statement)), repeat($._newline))),
    )), '}'),

    _statement: $ => choice(
      $.if_statement, $.for_statement, $.match_statement, $.ownership, $.assignment, $.expectation, $.setting,
    ),

    if_statement: $ => seq(
      'if', field('condition', $._expression), $.block,
      repeat(seq(repeat($._newline), 'else', 'if', field('condition', $._expression), $.block)),
      optional(seq(repeat($._newline), 'else', $.block)),
    ),
    for_statement: $ => seq('for', field('variable', $.identifier), 'in', field('over', $._expression), $.block),
    match_statement: $ => seq('match', field('value', $._expression), '{', repeat(choice($._newline, $.match_arm)), '}'),
    match_arm: $ => seq(choice('else', list($, $._expression)), $.block),

    ownership: $ => seq(choice('user', 'reset'), $.target),
    assignment: $ => seq(
      repeat(choice('seed', 'override', 'set', 'option', 'unlisted')),
      field('target', $.target), '=', field('value', $._values),
      optional(seq('user', field('access', $.identifier))),
    ),
    expectation: $ => seq('expect', $.target, $._compare, $._expression),

    // `Unit[1]_Key[3]`
    target: $ => choice(
      $.string, $.macro, $.number,
      seq($.name, repeat(seq(token.immediate('['), $._expression, ']', optional(alias(token.immediate(/[A-Za-z0-9_]+/), $.name))))),
    ),
    name: $ => $.identifier,

    setting: $ => prec.right(seq(
      field('word', alias(choice($.identifier, 'else', 'expect'), $.word)),
      repeat(choice($._argument, seq(',', repeat($._newline)))),
    )),
    _argument: $ => choice($.block, $._expression),

    // Expressions
    _values: $ => list($, choice($._expression, $.record)),

    _expression: $ => choice(
      $.binary, $.unary, $.call, $.field, $.index, $.parenthesis, $.list,
      $.string, $.raw_string, $.macro, $.number, $.boolean, $.identifier,
    ),

    _compare: _ => choice('==', '!=', '<=', '>=', '<', '>'),
    binary: $ => choice(
      ...[
        ['else', LOOSE.else], ['or', LOOSE.or], ['and', LOOSE.and], ['in', LOOSE.compare], ['..', LOOSE.range],
        ['jitter', LOOSE.jitter], ['+', LOOSE.sum], ['-', LOOSE.sum], ['*', LOOSE.product], ['/', LOOSE.product],
      ].map(([operator, binds]) => prec.left(binds, seq(
        field('left', $._expression), field('operator', operator), repeat($._newline), field('right', $._expression),
      ))),
      prec.left(LOOSE.compare, seq(
        field('left', $._expression), field('operator', $._compare), repeat($._newline), field('right', $._expression),
      )),
    ),
    unary: $ => prec(LOOSE.prefix, seq(choice('not', '-'), $._expression)),
    call: $ => prec(LOOSE.postfix, seq(
      field('function', $.identifier), token.immediate('('), repeat($._newline),
      optional(list($, choice($._expression, $.record))), repeat($._newline), ')',
    )),
    field: $ => prec(LOOSE.postfix, seq($._expression, token.immediate('.'), field('name', alias(token.immediate(/[A-Za-z_][A-Za-z0-9_]*/), $.identifier)))),
    index: $ => prec(LOOSE.postfix, seq($._expression, token.immediate('['), $._expression, ']')),
    parenthesis: $ => seq('(', repeat($._newline), $._expression, repeat($._newline), ')'),
    list: $ => seq(
      '[', repeat($._newline),
      optional(seq(
        list($, choice($._expression, $.record)),
        optional(choice(seq(',', repeat($._newline)), repeat1($._newline))),
      )), ']',
    ),
    record: $ => seq('{', repeat(choice($._newline, seq(field('name', $.identifier), '=', choice($._expression, $.record)))), '}'),

    boolean: _ => choice('yes', 'no'),
    macro: _ => token(choice(/\$[A-Za-z_][A-Za-z0-9_]*/, /\$\([A-Za-z_][A-Za-z0-9_]*\)/)),

    string: $ => seq('"', repeat(choice($._chars, $.escape, $.hole)), token.immediate('"')),
    _chars: _ => token.immediate(prec(1, /[^"\\{\n]+/)),
    escape: _ => token.immediate(/\\[^\n]/),
    hole: $ => seq(token.immediate('{'), $._expression, '}'),
    raw_string: _ => token(seq('r"', /[^"\n]*/, '"')),

    // Integers, durations, times, addresses and prefixes, told apart by their shape; the second begins with a letter of an address.
    number: _ => token(choice(
      /[0-9][0-9A-Za-z:]*(\.[0-9A-Za-z][0-9A-Za-z:]*)*(::[0-9A-Fa-f:]*)?(\/[0-9]+)?/,
      /([0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(\/[0-9]+)?/,
    )),

    identifier: _ => /[A-Za-z_][A-Za-z0-9_]*/,
  },
})

function list_by($, divider, item) {
  return seq(item, repeat(seq(divider, repeat($._newline), item)))
}

function list_of_choices($) {
  return list_by($, '|', $._type)
}
