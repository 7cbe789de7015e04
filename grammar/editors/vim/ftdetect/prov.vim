autocmd BufNewFile,BufRead *.prov setfiletype prov
