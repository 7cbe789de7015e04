use super::program::plan;
use crate::phone::Mac;
use crate::plan::{Piece, Plan, Served, Template};

/// A third path, of a column that the value of no parameter needs.
fn grouped() -> Plan {
    let mut plan = plan();
    let fleet = &mut plan.fleets[0];
    let mut group = fleet.phones.columns[0].clone();
    group.name = "group".into();
    fleet.phones.columns.push(group);
    let mut path = Template::text("/group/");
    path.push(Piece::Column(1));
    let mut profile = fleet.profiles[0].clone();
    (profile.id, profile.path) = ("group".into(), path);
    fleet.profiles.push(profile);
    plan
}

/// Whether the indexes over phones and over files were taken over; and that both are what they were if made anew.
fn kept(change: impl FnOnce(&mut Plan)) -> (bool, bool) {
    let before = Served::new(grouped());
    before.ready();
    let mut now = grouped();
    change(&mut now);
    let after = Served::after(now.clone(), Some(&before));
    let kept = (after.has_phones(), after.has_files());
    assert_eq!(after.shares_phones(&before), kept.0);
    let anew = Served::new(now);
    for phone in anew.all_phones() {
        let mac = anew.mac(phone).expect("a phone");
        assert_eq!(after.phone(mac), anew.phone(mac));
        assert_eq!(after.files_of(phone), anew.files_of(phone));
    }
    assert_eq!(after.all_files(), anew.all_files());
    kept
}

#[test]
fn what_is_the_same_is_kept_and_nothing_else() {
    let column = |cells: [&str; 2]| cells.into_iter().collect();
    assert_eq!(kept(|_| {}), (true, true));
    // A cell that no path has.
    assert_eq!(kept(|plan| plan.fleets[0].phones.columns[0].cells = column(["Reception", "Workshop"])), (true, true));
    assert_eq!(kept(|plan| plan.fleets[0].phones.columns[1].cells = column(["one", "one"])), (true, false));
    assert_eq!(kept(|plan| plan.fleets[0].phones.macs[1] = Mac::new([0, 0, 0, 0, 0, 3])), (false, false));
    assert_eq!(kept(|plan| plan.fleets[0].phones.macs.swap(0, 1)), (false, false));
    assert_eq!(kept(|plan| plan.fleets[0].phones.models.swap(0, 1)), (true, false));
    assert_eq!(kept(|plan| plan.fleets[0].profiles[0].path = Template::text("/x")), (true, false));
    assert_eq!(kept(|plan| plan.fleets[0].profiles.swap(0, 1)), (true, false));
    assert_eq!(kept(|plan| drop(plan.fleets[0].profiles.pop())), (true, false));
    assert_eq!(kept(|plan| plan.fleets[0].bootstrap = None), (true, false));
    assert_eq!(kept(|plan| plan.models[0].series = "8800-3PCC".into()), (true, false));
    let two = |plan: &mut Plan| plan.fleets.push(plan.fleets[0].clone());
    assert_eq!(kept(two), (false, false));
    assert_eq!(kept(|plan| plan.fleets.clear()), (false, false));
}
