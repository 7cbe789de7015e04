//! Fenced blocks of Markdown.

/// A block: what stands after the fence, and its text.
pub struct Block {
    pub info: String,
    pub text: String,
}

pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let text = lines.by_ref().take_while(|line| *line != "```").map(|line| line.to_owned() + "\n").collect();
            blocks.push(Block { info: info.to_owned(), text });
        }
    }
    blocks
}
