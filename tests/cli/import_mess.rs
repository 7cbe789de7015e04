//! `prov import` of what lies about in folders that grew.

use super::import::{grown, import, read, text};
use crate::support::{Project, prov};

fn profile(more: &str) -> String {
    format!("<flat-profile><User_ID_1_>101</User_ID_1_>{more}</flat-profile>")
}

/// What nobody but the import wrote is replaced, and nothing else.
#[test]
fn a_project_is_replaced_and_what_lies_beside_it_stays() {
    let project = grown();
    import(&project, "old", &[]).ok();
    for (name, words) in [("tls/prov.key", "K"), (".git/HEAD", "ref"), ("notes.txt", "mine")] {
        project.write(&format!("new/{name}"), words);
    }
    let ignored = read(&project, "new/.gitignore") + "*.bak\n";
    project.write("new/.gitignore", &ignored);
    project.write("new/secrets/000e08abcd09/Password_1_", "of a phone that is gone");
    std::fs::remove_file(project.join("old/ams/7841/000e08abcd04.cfg")).expect("removed");
    import(&project, "old", &["--replace"]).ok();
    assert_eq!((read(&project, "new/tls/prov.key").as_str(), read(&project, "new/.git/HEAD").as_str()), ("K", "ref"));
    assert_eq!((read(&project, "new/notes.txt").as_str(), read(&project, "new/.gitignore")), ("mine", ignored));
    assert!(!read(&project, "new/phones.csv").contains("cd:04") && !project.join("new/secrets/000e08abcd09").exists());
    prov(["check", text(&project.join("new"))]).ok();
    assert!(!project.join(".new.new").exists());
}

#[test]
fn a_project_does_not_lie_among_the_files_that_it_is_made_of() {
    let project = grown();
    let old = project.join("old");
    for target in ["old/sub", "old/utrecht/8841/deep/er", "old"] {
        let ran = prov(["import", text(&old), "-o", text(&project.join(target))]);
        assert!(ran.ends_with(2).stderr.contains(if target == "old" {
            "not empty"
        } else {
            "from where it is imported"
        }));
    }
    assert!(!project.join("old/sub").exists());
}

#[test]
fn registers_that_rules_take_keys_from_are_kept_out() {
    let project = Project::new(&[]);
    let more = "<GPP_B>0123456789abcdef</GPP_B><GPP_C>room</GPP_C><GPP_D>myHttpPw</GPP_D>\
                <Profile_Rule_D>[--key $B] http://h.example/$MA.enc</Profile_Rule_D>\
                <Report_Rule>[--uid u --pwd $(D)] http://h.example/$MA.txt</Report_Rule>\
                <API_Key>hunter1</API_Key><userPin>hunter2</userPin><Author>me</Author>";
    project.write("old/8841/000e08abcd01.xml", &profile(more));
    let ran = import(&project, "old", &[]).ends_with(1);
    for register in ["GPP_B", "GPP_D"] {
        assert!(ran.stderr.contains(&format!("`{register}` carries a key or a password in clear")), "{}", ran.stderr);
    }
    let open = [read(&project, "new/main.prov"), read(&project, "new/phones.csv"), ran.stderr.clone(), ran.text()];
    for secret in ["0123456789abcdef", "myHttpPw", "hunter"] {
        assert!(open.iter().all(|text| !text.contains(secret)), "{secret}");
    }
    assert!(open[..2].iter().any(|text| text.contains("room")) && open[..2].iter().any(|text| text.contains("Author")));
}

#[test]
fn several_profiles_of_a_file_are_of_their_phones() {
    let project = Project::new(&[]);
    let one = |mac: &str, number: u32| {
        format!(
            "<flat-profile>\n<MAC_Address>{mac}</MAC_Address>\n<User_ID_1_>{number}</User_ID_1_>\n</flat-profile>\n"
        )
    };
    project.write("old/8841.xml", &(one("000E08ABCD01", 101) + &one("00:0e:08:ab:cd:02", 102)));
    import(&project, "old", &[]).ok();
    for (mac, number) in [("000e08abcd01", "101"), ("000e08abcd02", "102")] {
        let shown = prov(["show", mac, text(&project.join("new")), "--format", "json"]).ok().text();
        let shown: serde_json::Value = serde_json::from_str(&shown).expect("a document");
        assert_eq!(shown["effective"]["User_ID_1_"]["value"], number, "{mac}");
    }
}

/// One file, or one value, that cannot be had is told, and the rest comes over.
#[test]
fn what_cannot_be_brought_over_holds_up_nothing() {
    for (name, octets, words) in [
        ("old/8841/000e08abcd02.xml", "", "no parameter can be made out in this file"),
        ("old/8841/000e08abcd02.xml", "no profile", "the file is left out"),
        (
            "old/8841/000000000000.xml",
            "<flat-profile><User_ID_1_>1</User_ID_1_></flat-profile>",
            "is no phone's address",
        ),
        (
            "old/8841/ffffffffffff.xml",
            "<flat-profile><User_ID_1_>1</User_ID_1_></flat-profile>",
            "is no phone's address",
        ),
        ("old/phones.csv", "mac,model,Display Name 1\n000e08abcd02,8841,\"a\nb\"\n", "holds a line break"),
        ("old/kea-dhcp4.conf", "{", "no JSON from here on"),
        (
            "old/dhcpd.conf",
            "subnet 10.0.0.0 netmask 255.255.255.0 {\n  range 10.0.0.10 10.0.0.99;\n",
            "a block has no `}`",
        ),
    ] {
        let project = Project::new(&[]);
        project.write("old/8841/000e08abcd01.xml", &profile(""));
        project.write(name, octets);
        let ran = import(&project, "old", &[]).ends_with(1).says(words).says("left out (told above)");
        assert!(read(&project, "new/phones.csv").contains("00:0e:08:ab:cd:01"), "{}", ran.stderr);
    }
}

#[test]
fn what_is_of_other_devices_is_told_and_left_alone() {
    let project = Project::new(&[]);
    project.write("old/8841/000e08abcd01.xml", &profile("<password>q</password><Password>p</Password>"));
    project.write("old/SEP000E08ABCD02.cnf.xml", "<device><deviceProtocol>SIP</deviceProtocol><sipProfile/></device>");
    project.write("old/000e08abcd03.html", "<html><td>x</td></html>");
    project.write("old/.hidden.xml", &profile(""));
    let ran = import(&project, "old", &[]).ok();
    for words in ["enterprise firmware", "a page of HTML", "1 name with a dot before it"] {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
    let phones = read(&project, "new/phones.csv");
    assert!(phones.contains("cd:01") && !phones.contains("cd:02") && !phones.contains("cd:03"), "{phones}");
    // Two names that differ by case are two.
    prov(["check", text(&project.join("new"))]).ok();
}

#[test]
fn products_that_disagree_and_lines_that_hold_much_are_told_apart() {
    let project = Project::new(&[]);
    project.write(
        "old/8841/000e08abcd01.xml",
        &profile("<Resync_Periodic>abc</Resync_Periodic><X_One>1</X_One><X_Two>2</X_Two>"),
    );
    project.write("old/7841/000e08abcd01.xml", &profile(""));
    let ran = import(&project, "old", &[]);
    assert!(ran.stderr.contains("is CP-7841-3PCC by one of its files, and CP-8841-3PCC by another"), "{}", ran.stderr);
    // Each finding shows its own element, though all stand in one line.
    for element in ["X_One", "X_Two", "Resync_Periodic"] {
        assert!(ran.stderr.contains(&format!("<{element}>")), "{element}: {}", ran.stderr);
    }
}

#[test]
fn dhcp_servers_say_more_than_one_way() {
    let project = Project::new(&[]);
    project.write("old/8841/000e08abcd01.xml", &profile(""));
    let kea = "{ \"Dhcp4\": { \"subnet4\": [ { \"subnet\": \"10.8.0.0/24\", \"pools\": [ { \"pool\": \"10.8.0.128/26\" } ],\
               \"option-data\": [ { \"name\": \"tftp-server-name\", \"data\": \"http://u:secPW@h.example/\" } ] } ] } }";
    project.write("old/kea-dhcp4.conf", kea);
    let ran = import(&project, "old", &[]).ends_with(1).says("option 66 carries a password in clear");
    let program = read(&project, "new/main.prov");
    assert!(program.contains("10.8.0.128 .. 10.8.0.191") && !program.contains("secPW"), "{program}");
    assert!(!ran.stderr.contains("secPW"));
    let isc = Project::new(&[]);
    isc.write("old/8841/000e08abcd01.xml", &profile(""));
    let pool = "subnet 10.0.0.0 netmask 255.255.255.0 {\n  range 10.0.0.10 10.0.0.20;\n  pool { allow members of \"mpp\"; range 10.0.0.50 10.0.0.99; }\n}\n";
    isc.write("old/dhcpd.conf", pool);
    import(&isc, "old", &[]).says("range of a pool for some clients alone");
    assert!(!read(&isc, "new/main.prov").contains("10.0.0.50"));
}
