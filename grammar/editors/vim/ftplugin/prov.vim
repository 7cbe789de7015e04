" The one layout has no options: two blanks, no tabs.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal expandtab shiftwidth=2 softtabstop=2 smartindent
setlocal comments=:///,:// commentstring=//\ %s
setlocal formatoptions-=t formatoptions+=croql
let b:undo_ftplugin = 'setlocal expandtab< shiftwidth< softtabstop< smartindent< comments< commentstring< formatoptions<'
