//! The units for systemd.

use super::files::{root, text};
use std::collections::BTreeMap;

/// Each key of each section with its values; a line that ends with a backslash goes on.
fn read(file: &str) -> BTreeMap<(String, String), Vec<String>> {
    let text = text(file).replace("\\\n", "");
    let (mut section, mut all) = (String::new(), BTreeMap::<_, Vec<String>>::new());
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let heading = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        if let Some(heading) = heading {
            section = heading.to_owned();
            continue;
        }
        let (key, value) = line
            .split_once('=')
            .unwrap_or_else(|| panic!("{file}: {line}"));
        let key = (section.clone(), key.to_owned());
        all.entry(key).or_default().push(value.to_owned());
    }
    all
}

fn has(unit: &BTreeMap<(String, String), Vec<String>>, section: &str, line: &str) -> bool {
    let (key, value) = line.split_once('=').expect("a line");
    let found = unit.get(&(section.to_owned(), key.to_owned()));
    found.is_some_and(|values| values.iter().any(|found| found == value))
}

#[test]
fn the_service_has_no_rights_reloads_by_hangup_and_restarts_what_no_operator_has_to_mend() {
    let unit = read("connect.service");
    for line in [
        "DynamicUser=yes",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "ExecStart=/usr/local/bin/connect-server",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "Restart=on-failure",
        "RestartPreventExitStatus=2",
        "LimitNOFILE=8320",
        "LimitCORE=0",
    ] {
        assert!(has(&unit, "Service", line), "{line}");
    }
    assert!(has(&unit, "Install", "WantedBy=multi-user.target"));
}

#[test]
fn the_copy_is_made_each_night_of_the_database_that_the_service_has() {
    let backup = read("connect-backup.service");
    let start = &backup[&("Service".to_owned(), "ExecStart".to_owned())][0];
    let service = read("connect.service");
    let variables = &service[&("Service".to_owned(), "Environment".to_owned())];
    for (variable, option) in [
        ("CONNECT_DATABASE", "--database"),
        ("CONNECT_KEYS_FILE", "--keys"),
    ] {
        let prefix = format!("{variable}=");
        let value = variables.iter().find_map(|line| line.strip_prefix(&prefix));
        let value = value.expect("a value");
        assert!(start.contains(&format!("{option} {value} ")), "{start}");
    }
    assert!(has(
        &read("connect-backup.timer"),
        "Timer",
        "Persistent=yes"
    ));
    let docs = std::fs::read_to_string(root().join("docs/operate.md")).expect("a file");
    for file in [
        "connect.service",
        "connect-backup.service",
        "connect-backup.timer",
    ] {
        assert!(docs.contains(file), "docs/operate.md: {file}");
    }
}
