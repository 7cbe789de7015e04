//! `prov import`: what other systems serve, made into a program.

use crate::support::{Project, Ran, prov, tool, valid};
use std::path::Path;

/// A folder as it grew: a file for each product that leads to one for each phone, sites in folders.
pub fn grown() -> Project {
    let project = Project::new(&[]);
    for (model, period) in [("8841", "3600+600"), ("7841", "7200")] {
        project.write(
            &format!("old/{model}-3PCC.xml"),
            &format!(
                "<?xml version=\"1.0\"?>\n<flat-profile>\n  <Profile_Rule>http://prov.old.example/cfg/$MA.xml</Profile_Rule>\n  \
                 <Resync_Periodic>{period}</Resync_Periodic>\n  <Resync_On_Reset>Yes</Resync_On_Reset>\n  \
                 <Time_Zone>GMT+01:00</Time_Zone>\n</flat-profile>\n"
            ),
        );
    }
    for (path, domain, number, more) in [
        ("utrecht/8841/000e08abcd01.xml", "utr", 101, ""),
        ("utrecht/8841/SEP000E08ABCD02.cnf.xml", "utr", 102, "<Short_Name_2_>Hall</Short_Name_2_>"),
        ("ams/7841/00-0e-08-ab-cd-03.cfg", "ams", 103, "<Dial_Plan_1_>(x.)</Dial_Plan_1_>"),
        ("ams/7841/000e08abcd04.cfg", "ams", 104, "<Line_Enable_9_>No</Line_Enable_9_>"),
    ] {
        project.write(
            &format!("old/{path}"),
            &format!(
                "<device><flat-profile>\n<Proxy_1_>sip.{domain}.example</Proxy_1_>\n<User_ID_1_ ua=\"na\">{number}</User_ID_1_>\n\
                 <Display_Name_1_>Desk {number}</Display_Name_1_>\n<Password_1_>hunter{number}</Password_1_>\n\
                 <Admin_Password>topsecret</Admin_Password>\n<Register_1_>yes</Register_1_>\n<X_Strange>a</X_Strange>\n\
                 <Ringer_Volume ua=\"rw\"/>\n{more}\n</flat-profile></device>\n"
            ),
        );
    }
    project
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

pub fn import(project: &Project, from: &str, more: &[&str]) -> Ran {
    let (from, to) = (project.join(from), project.join("new"));
    prov(["import", text(&from), "-o", text(&to)].into_iter().chain(more.iter().copied()))
}

pub fn read(project: &Project, name: &str) -> String {
    std::fs::read_to_string(project.join(name)).expect(name)
}

#[test]
fn a_folder_becomes_a_program_that_gives_the_same() {
    let project = grown();
    let ran = import(&project, "old", &[]).ok().says("each phone gets what the files gave it");
    let said = ran.text() + &ran.stderr;
    insta::assert_snapshot!(read(&project, "new/main.prov"));
    insta::assert_snapshot!(read(&project, "new/phones.csv"));
    assert_eq!(read(&project, "new/.gitignore"), ".prov/\nsecrets/\n");
    assert_eq!(read(&project, "new/secrets/000e08abcd03/Password_1_"), "hunter103");
    for open in [&said, &read(&project, "new/main.prov"), &read(&project, "new/phones.csv")] {
        assert!(!open.contains("hunter") && !open.contains("topsecret"), "{open}");
    }
    let new = project.join("new");
    prov(["check", text(&new)]).ok();
    prov(["fmt", "--check", text(&new)]).ok();
    let shown = prov(["show", "000e08abcd02", text(&new), "--format", "json"]).ok().json();
    for (element, value) in [
        ("Proxy_1_", "sip.utr.example"),
        ("Resync_Periodic", "3600+600"),
        ("Short_Name_2_", "Hall"),
        ("Register_1_", "Yes"),
    ] {
        assert_eq!(shown["effective"][element]["value"], value, "{element}");
    }
    // What was written is served: the secrets are where the program looks for them.
    let built = project.join("built");
    prov(["build", "-o", text(&built), text(&new)]).ok();
    let sent = read(&project, "built/files/prov/https/phones/000e08abcd04.xml");
    assert!(sent.contains("<Password_1_>hunter104</Password_1_>"), "{sent}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| std::fs::metadata(project.join(name)).expect(name).permissions().mode() & 0o777;
        assert_eq!((mode("new/secrets"), mode("new/secrets/Admin_Password")), (0o700, 0o600));
    }
}

#[test]
fn what_was_built_comes_back() {
    let project = Project::new(&[]);
    for example in ["quickstart", "provider"] {
        let (folder, built) = (crate::support::root().join("examples").join(example), project.join(example));
        prov(["build", "-o", text(&built), text(&folder)]).ok();
        let new = project.join(&format!("new-{example}"));
        prov(["import", text(&built.join("files")), "-o", text(&new)]).ok();
        let plan: serde_json::Value =
            serde_json::from_slice(&std::fs::read(built.join("plan.json")).expect("a plan")).expect("a plan");
        let macs = plan["fleets"]
            .as_array()
            .expect("fleets")
            .iter()
            .flat_map(|fleet| fleet["phones"]["macs"].as_array().cloned().unwrap_or_default());
        let mut compared = 0;
        for mac in macs.take(5) {
            let mac = mac.as_str().expect("an address").to_owned();
            let of = |folder: &Path| prov(["show", &mac, text(folder), "--format", "json"]).ok().json();
            let (was, is) = (of(&folder), of(&new));
            assert_eq!(was["model"], is["model"]);
            for (element, value) in was["effective"].as_object().expect("parameters") {
                if !element.starts_with("Profile_Rule") {
                    assert_eq!(is["effective"][element]["value"], value["value"], "{example} {mac} {element}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 10, "{example}: {compared}");
    }
}

#[test]
fn the_document_has_what_was_found() {
    let project = grown();
    let document = import(&project, "old", &["--format", "json"]).ok().json();
    valid("import", &[("import".to_owned(), document.clone())]);
    assert_eq!((&document["files"], &document["phones"], &document["secrets"]), (&6.into(), &4.into(), &5.into()));
    let codes: Vec<&str> =
        document["diagnostics"].as_array().expect("findings").iter().filter_map(|one| one["code"].as_str()).collect();
    assert!(codes.contains(&"P0205") && codes.contains(&"P0207"), "{codes:?}");
}

#[test]
fn nothing_is_written_where_something_is() {
    let project = grown();
    project.write("new/mine", "precious");
    import(&project, "old", &[]).ends_with(2).says("is not empty; name a new folder");
    import(&project, "old", &["--replace"]).ends_with(2).says("holds no project that could be replaced");
    assert_eq!(read(&project, "new/mine"), "precious");
    std::fs::remove_dir_all(project.join("new")).expect("removed");
    import(&project, "old", &[]).ok();
    import(&project, "old", &[]).ends_with(2).says("`--replace` takes its place");
    import(&project, "old", &["--replace"]).ok();
    import(&project, "nowhere", &["--replace"]).ends_with(2).says("cannot read");
    import(&project, "old", &["--replace", "--model", "CP-9999"]).ends_with(2).says("no product is called `CP-9999`");
    assert!(project.join("new/main.prov").is_file());
    let left: Vec<_> = std::fs::read_dir(project.path())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn what_has_to_be_settled_is_told_and_nothing_is_written() {
    const A: &str = "<flat-profile><User_ID_1_>1</User_ID_1_><Password_1_>hunter2</Password_1_></flat-profile>";
    const B: &str = "<flat-profile>\n<User_ID_1_>2</User_ID_1_><Password_1_>hunter3</Password_1_></flat-profile>";
    for (files, words) in [
        (vec![], "no profile of a phone was found"),
        (vec![("readme.txt", "hello"), ("picture.png", "\u{1}\u{2}")], "no profile of a phone was found"),
        (vec![("8841-3PCC.xml", A)], "no profile of a phone was found"),
        (
            vec![("a/000e08abcd01.xml", A), ("b/SEP000E08ABCD01.cfg", B)],
            "two files of 00:0e:08:ab:cd:01 disagree on `User_ID_1_`",
        ),
        (vec![("000e08abcd01.xml", "Salted__12345678abcdefgh")], "sealed with a key"),
        (vec![("000e08abcd01.xml", "")], "the file is empty"),
        (vec![("000e08abcd01.xml", "no profile")], "no parameter can be made out in this file"),
        (vec![("000e08abcd01-000e08abcd02.xml", A)], "the name holds two hardware addresses"),
    ] {
        let project = Project::new(&[]);
        std::fs::create_dir(project.join("old")).expect("a folder");
        files.iter().for_each(|(name, text)| project.write(&format!("old/{name}"), text));
        let ran = import(&project, "old", &[]).ends_with(1).says(words).says("nothing is written");
        assert!(!ran.stderr.contains("hunter"), "{}", ran.stderr);
        assert!(!project.join("new").exists() && !project.join(".new.new").exists());
    }
}

#[test]
fn a_table_is_read_as_files_are() {
    let project = Project::new(&[
        (
            "old/phones.csv",
            "MAC Address;Model;Site;User ID 1;Password[1];Proxy_1_;Colour\n00-0E-08-AB-CD-01;8841;utr;101;hunter1;sip.utr.example;red\n\
             SEP000E08ABCD02;CP-8841-3PCC;utr;102;hunter2;sip.utr.example;\n000e.08ab.cd03;7841;ams;103;hunter3;sip.ams.example;\n\
             000e08abcd04;8841;ams;104;;sip.ams.example;\n",
        ),
        ("old/000e08abcd04.xml", "<flat-profile><Display_Name_1_>Hall</Display_Name_1_></flat-profile>"),
    ]);
    let ran = import(&project, "old", &[]).ok().says("the column `Colour` is no parameter");
    let rows = read(&project, "new/phones.csv");
    assert_eq!(rows.lines().nth(4), Some("00:0e:08:ab:cd:04,CP-8841-3PCC,ams,Hall,,104"), "{rows}");
    assert!(
        !(ran.stderr + &rows).contains("hunter") && read(&project, "new/secrets/000e08abcd03/Password_1_") == "hunter3"
    );
    let shown = prov(["show", "000e08abcd03", text(&project.join("new")), "--format", "json"]).ok().json();
    assert_eq!(
        (&shown["model"], &shown["effective"]["Proxy_1_"]["value"]),
        (&"CP-7841-3PCC".into(), &"sip.ams.example".into())
    );
    project.write("old/more.csv", "mac,User_ID_1_\n000e08abcd01,999\n");
    import(&project, "old", &["--replace"])
        .ends_with(1)
        .says("two files of 00:0e:08:ab:cd:01 disagree on `User_ID_1_`");
}

#[test]
fn hostile_names_are_names() {
    use std::os::unix::ffi::OsStrExt;
    const FILE: &str = "<flat-profile><User_ID_1_>1</User_ID_1_></flat-profile>";
    let project = Project::new(&[("secret.xml", "<flat-profile><User_ID_1_>stolen</User_ID_1_></flat-profile>")]);
    let old = project.join("old");
    std::fs::create_dir(&old).expect("a folder");
    for name in [
        b"8841\n000e08abcd01.xml".as_slice(),
        b"8841 \x1b[31m000e08abcd02.xml",
        b"8841-\xff\xfe-000e08abcd03.xml",
        b"8841{phone.mac}-000e08abcd04.xml",
        b"8841\"; 000e08abcd05.xml",
        b"..8841..000e08abcd06.xml",
        b"8841\\..\\000e08abcd07.xml",
    ] {
        std::fs::write(old.join(std::ffi::OsStr::from_bytes(name)), FILE).expect("a file");
    }
    for site in ["a\"b", "..x", "match", "Ütrecht {x}", "é"] {
        let folder = old.join(site);
        std::fs::create_dir(&folder).expect("a folder");
        for number in 0..2 {
            let [name, proxy] =
                [format!("8841-000e08ab{:02x}{number:02x}.xml", site.len()), format!("sip{}.example.com", site.len())];
            std::fs::write(folder.join(name), format!("<flat-profile><Proxy_1_>{proxy}</Proxy_1_></flat-profile>"))
                .expect("a file");
        }
    }
    std::os::unix::fs::symlink("../secret.xml", old.join("8841-000e08abcd08.xml")).expect("a link");
    std::os::unix::fs::symlink("..", old.join("round")).expect("a link");
    tool("mkfifo", [old.join("8841-000e08abcd09.xml")]).ok();
    let ran = import(&project, "old", &[]).ok().says("8841-000e08abcd08.xml is a link, and is not followed");
    assert!(!ran.stderr.contains('\x1b'), "{:?}", ran.stderr);
    let rows = read(&project, "new/phones.csv");
    assert!(!rows.contains("stolen") && rows.contains("00:0e:08:ab:cd:07"), "{rows}");
    prov(["check", text(&project.join("new"))]).ok();
}

#[test]
fn every_form_that_guides_show_is_read() {
    use std::io::Write;
    let project = Project::new(&[
        (
            "old/8841/000e08abcd01.xml",
            "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c --><device>\n<flat-profile><User_ID_1_>1</User_ID_1_></flat-profile></device>",
        ),
        ("old/8841/000e08abcd02.xml", "<User_ID_1_>2</User_ID_1_>\n<Proxy_1_ ua='na'>a &amp; b</Proxy_1_>"),
        (
            "old/8841/000e08abcd03.xml",
            "<flat-profile><User_ID_1_>3\n<Dial_Plan_1_>(S0 <:1800>)</Dial_Plan_1_></flat-profile>",
        ),
    ]);
    std::fs::write(
        project.join("old/8841/000e08abcd04.xml"),
        b"<flat-profile><Display_Name_1_>M\xfcller</Display_Name_1_></flat-profile>",
    )
    .expect("a file");
    let mut packed = std::process::Command::new("gzip")
        .stdin(std::process::Stdio::piped())
        .stdout(std::fs::File::create(project.join("old/8841/000e08abcd05.xml.gz")).expect("a file"))
        .spawn()
        .expect("gzip");
    packed
        .stdin
        .take()
        .expect("a pipe")
        .write_all(b"<flat-profile><User_ID_1_>5</User_ID_1_></flat-profile>")
        .expect("written");
    assert!(packed.wait().expect("ends").success());
    import(&project, "old", &[])
        .ok()
        .says("no `<flat-profile>` stands round the parameters")
        .says("nothing closes `<User_ID_1_>`")
        .says("`<` in the value of `Dial_Plan_1_` is read as `&lt;`")
        .says("the file is not UTF-8; it is read as Windows-1252");
    let shown = |mac: &str| {
        prov(["show", mac, text(&project.join("new")), "--format", "json"]).ok().json()["effective"].clone()
    };
    for (mac, element, value) in [
        ("000e08abcd01", "User_ID_1_", "1"),
        ("000e08abcd02", "Proxy_1_", "a & b"),
        ("000e08abcd03", "User_ID_1_", "3"),
        ("000e08abcd03", "Dial_Plan_1_", "(S0 <:1800>)"),
        ("000e08abcd04", "Display_Name_1_", "M\u{fc}ller"),
        ("000e08abcd05", "User_ID_1_", "5"),
    ] {
        assert_eq!(shown(mac)[element]["value"], value, "{mac} {element}");
    }
}

#[test]
fn what_a_dhcp_server_is_told_becomes_a_network() {
    const ISC: &str = "option prov-url code 160 = text;\nsubnet 10.1.0.0 netmask 255.255.255.0 {\n  range 10.1.0.100 10.1.0.199;\n  \
        option routers 10.1.0.1;\n  option prov-url \"http://prov.lab.example/\";\n  option tftp-server-name \"10.1.0.9\";\n}\n\
        host a { hardware ethernet 00:0e:08:ab:cd:01; fixed-address 10.1.0.20; }\nhost b { hardware ethernet \
        02:00:00:00:00:01; fixed-address 10.1.0.21; }\nfailover peer \"x\" { primary; }\n";
    let project = grown();
    project.write("old/dhcpd.conf", ISC);
    import(&project, "old", &[])
        .ok()
        .says("old/dhcpd.conf".trim_start_matches("old/"))
        .says("`failover` is not brought over")
        .says("the address of 02:00:00:00:00:01 is not kept");
    let main = read(&project, "new/main.prov");
    let network = "network net_10_1_0_0 {\n  server prov\n  subnet 10.1.0.0/24\n  pool   10.1.0.100 .. 10.1.0.199\n  router 10.1.0.1\n  \
        option 66  = \"10.1.0.9\"\n  option 160 = \"http://prov.lab.example/\"\n  reserve 00:0e:08:ab:cd:01 10.1.0.20\n}";
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plain(&main).contains(&plain(network)) && main.contains("network   net_10_1_0_0"), "{main}");
    let shown = prov(["show", "000e08abcd01", text(&project.join("new")), "--format", "json"]).ok().json();
    assert_eq!((&shown["dhcp"]["4"]["66"], &shown["network"]), (&"10.1.0.9".into(), &"net_10_1_0_0".into()));
    // Alone it is a program of networks; what the language refuses is left out and told.
    let alone =
        Project::new(&[("old/dhcpd.conf", &ISC.replace("range 10.1.0.100 10.1.0.199", "range 10.2.0.100 10.2.0.199"))]);
    import(&alone, "old", &[]).ends_with(1).says("network net_10_1_0_0 is left out: no program can say it");
    let alone = Project::new(&[("old/dhcpd.conf", ISC)]);
    import(&alone, "old", &[]).ok();
    prov(["check", text(&alone.join("new"))]).ok();
}

#[test]
fn what_rules_carry_in_clear_is_left_out_and_told() {
    let project = Project::new(&[]);
    let rules = [
        ("Profile_Rule_D", "[--key hunter1] http://prov.old.example/$MA.cfg"),
        ("Upgrade_Rule", "http://me:hunter2@fw.old.example/$PN.loads"),
        ("Report_Rule", "[--uid u --pwd hunter3] http://prov.old.example/reports/$MA.xml"),
        ("Custom_CA_Rule", "http://fw.old.example/ca.pem"),
    ];
    let elements: String = rules.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect();
    for last in 1..=3 {
        let profile = format!("<flat-profile><Time_Zone>GMT</Time_Zone>{elements}</flat-profile>");
        project.write(&format!("old/8841/000e0800000{last}.xml"), &profile);
    }
    let ran = import(&project, "old", &[]).ends_with(1).says("left out (told above)");
    let program = read(&project, "new/main.prov");
    for (name, _) in &rules[..3] {
        assert!(
            ran.stderr.contains(&format!("`{name}` carries a key or a password in clear")),
            "{name}: {}",
            ran.stderr
        );
    }
    for open in [&ran.text(), &ran.stderr, &program, &read(&project, "new/phones.csv")] {
        assert!(!open.contains("hunter"), "{open}");
    }
    // What carries none stays.
    assert!(program.contains("fw.old.example/ca.pem"), "{program}");
}
