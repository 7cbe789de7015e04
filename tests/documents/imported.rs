//! What the page about import shows is what import makes.

use crate::support::blocks::blocks;
use crate::support::{Project, prov, root};

#[test]
fn the_example_of_import_is_made_so() {
    let page = std::fs::read_to_string(root().join("docs/import.md")).expect("docs/import.md");
    let of = |info: &str| -> Vec<String> {
        blocks(&page).into_iter().filter(|block| block.info == info).map(|block| block.text).collect()
    };
    let project = Project::new(&[]);
    for (number, profile) in of("xml").iter().enumerate() {
        project.write(&format!("old/8841/000e08abcd{:02}.xml", number + 1), profile);
    }
    let [old, new] = ["old", "new"].map(|name| project.join(name).display().to_string());
    prov(["import", &old, "-o", &new]).ok();
    let made =
        ["main.prov", "phones.csv"].map(|name| std::fs::read_to_string(project.join("new").join(name)).expect(name));
    assert_eq!(of("text"), made);
}
