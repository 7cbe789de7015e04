" The .prov language.
if exists('b:current_syntax')
  finish
endif

syntax keyword provDeclaration use let fn secret inventory server network zone firmware profile fleet test
syntax keyword provStatement seed user reset override set option unlisted expect unique from list of
syntax keyword provConditional if else match
syntax keyword provRepeat for
syntax keyword provOperator and or not in jitter
syntax keyword provBoolean yes no
syntax keyword provConstant absent
syntax match provParameter /\<[A-Z]\w*\ze\(\[[^\]]*\]\w*\)*\s*=[^=]/
syntax match provNumber /\<\d[0-9A-Za-z:]*\(\.\w\+\)*\(\/\d\+\)\?\>/
syntax match provMacro /\$\(([A-Za-z_]\w*)\|[A-Za-z_]\w*\)/
syntax match provFunction /\<[A-Za-z_]\w*\ze(/

syntax match provEscape /\\./ contained
syntax region provHole matchgroup=provDelimiter start=/{/ end=/}/ contained oneline contains=provNumber,provFunction,provOperator,provBoolean,provString
syntax region provString start=/"/ skip=/\\./ end=/"/ oneline contains=provEscape,provHole,provMacro
syntax region provRaw start=/\<r"/ end=/"/ oneline

syntax keyword provTodo TODO FIXME contained
syntax match provComment /\/\/.*/ contains=provTodo
syntax match provDocumentation /\/\/\/.*/ contains=provTodo

highlight default link provDeclaration Keyword
highlight default link provStatement Statement
highlight default link provConditional Conditional
highlight default link provRepeat Repeat
highlight default link provOperator Operator
highlight default link provBoolean Boolean
highlight default link provConstant Constant
highlight default link provParameter Identifier
highlight default link provNumber Number
highlight default link provMacro PreProc
highlight default link provFunction Function
highlight default link provEscape SpecialChar
highlight default link provDelimiter Delimiter
highlight default link provString String
highlight default link provRaw String
highlight default link provTodo Todo
highlight default link provComment Comment
highlight default link provDocumentation SpecialComment

let b:current_syntax = 'prov'
