; Names of the captures are those that Neovim, Helix and Zed know.

(comment) @comment
(string) @string
(raw_string) @string
(escape) @string.escape
(hole ["{" "}"] @punctuation.special)
(number) @number
(boolean) @constant.builtin
(macro) @variable.builtin

["use" "from"] @keyword
["let" "fn" "secret" "inventory" "server" "network" "zone" "firmware" "profile" "fleet" "test"] @keyword
["if" "else" "for" "match"] @keyword
["seed" "override" "set" "option" "unlisted" "user" "reset" "expect" "unique" "list" "of" "phone"] @keyword
["and" "or" "not" "in" "jitter"] @operator
["==" "!=" "<" "<=" ">" ">=" ".." "+" "-" "*" "/" "=" "?"] @operator
["{" "}" "(" ")" "[" "]"] @punctuation.bracket
["," ":" "."] @punctuation.delimiter

(module) @module
(declaration name: (identifier) @type)
(let name: (identifier) @constant)
(secret name: (identifier) @constant)
(inventory name: (identifier) @type)
(function name: (identifier) @function)
(call function: (identifier) @function)
(parameter name: (identifier) @variable.parameter)
(column name: (identifier) @property)
(field name: (identifier) @property)
(record name: (identifier) @property)
(type_name) @type
(call_type (identifier) @type)
(target (name) @property)
(setting word: (word) @keyword)
