//! Debian's and Ubuntu's packages, which can only be installed by root.

use std::path::PathBuf;

use super::on_path;
use crate::process::{self, Problem};

pub fn install(packages: &[&str]) -> Result<(), Problem> {
    let apt = on_path("apt-get").ok_or_else(|| Problem::new("There is no apt-get."))?;
    let words: Vec<PathBuf> = if is_root() {
        vec![apt]
    } else {
        let sudo = on_path("sudo").ok_or_else(|| Problem::new("There is no sudo."))?;
        vec![sudo, "-n".into(), apt]
    };
    let name = format!("apt-get install {}", packages.join(" "));
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    for (name, arguments) in [("apt-get update", vec!["update"]), (&*name, install)] {
        let mut command = process::command(&words[0]);
        command
            .args(&words[1..])
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        process::quiet(name, &mut command)?;
    }
    Ok(())
}

pub fn is_root() -> bool {
    process::answer(process::command("id").arg("-u")).is_some_and(|user| user == "0")
}
