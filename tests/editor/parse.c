// Parses files with the generated parser; prints where one cannot be read, and ends with 1 if any cannot.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_prov(void);

static int faults(TSNode node, const char *file) {
  if (!ts_node_has_error(node)) return 0;
  if (strcmp(ts_node_type(node), "ERROR") == 0 || ts_node_is_missing(node)) {
    TSPoint at = ts_node_start_point(node);
    printf("%s:%u:%u: %s\n", file, at.row + 1, at.column + 1, ts_node_type(node));
    return 1;
  }
  int found = 0;
  for (uint32_t child = 0; child < ts_node_child_count(node); child++) found += faults(ts_node_child(node, child), file);
  return found;
}

int main(int count, char **files) {
  TSParser *parser = ts_parser_new();
  if (!ts_parser_set_language(parser, tree_sitter_prov())) return 2;
  int found = 0;
  for (int file = 1; file < count; file++) {
    FILE *in = fopen(files[file], "rb");
    if (!in) return 2;
    fseek(in, 0, SEEK_END);
    long length = ftell(in);
    rewind(in);
    char *text = malloc((size_t)length + 1);
    if (!text || fread(text, 1, (size_t)length, in) != (size_t)length) return 2;
    fclose(in);
    TSTree *tree = ts_parser_parse_string(parser, NULL, text, (uint32_t)length);
    found += faults(ts_tree_root_node(tree), files[file]);
    ts_tree_delete(tree);
    free(text);
  }
  ts_parser_delete(parser);
  return found > 0;
}
