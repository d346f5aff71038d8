//! The demonstration's sign-ins: random passwords, printed, and kept in a file only its owner reads, so that a second
//! `make run` can print them again.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use crate::cli::say;
use crate::clock::Clock;
use crate::domain::command;
use crate::domain::signin::use_link;
use crate::domain::user::{Grant, Invitation, enrol};
use crate::error::{Error, Result};
use crate::store::{Db, contractor, random_token};
use crate::types::{Access, ContractorId, Secret, UserId};

/// Enrols one user of each kind and keeps their sign-ins beside the database.
pub fn enrol_all(db: &Db, clock: &Clock, council: &str, url: &str) -> Result<()> {
    let firms: Vec<ContractorId> = db.read(contractor::choices)?.into_iter().map(|(id, _)| id).collect();
    let staff = |access| vec![Grant { access, contractor: None }];
    let firm = |firms: &[ContractorId]| {
        let grant = |firm: &ContractorId| Grant { access: Access::Contractor, contractor: Some(*firm) };
        firms.iter().map(grant).collect::<Vec<_>>()
    };
    let people = [
        ("admin", "Ada Ministrator", staff(Access::Admin)),
        ("officer", "Olive Fisher", staff(Access::Officer)),
        ("decider", "Desmond Cyder", staff(Access::DecisionMaker)),
        ("second", "Sheila Kund", staff(Access::DecisionMaker)),
        ("third", "Thea Thord", staff(Access::DecisionMaker)),
        ("officer2", "Oscar Fisher", staff(Access::Officer)),
        ("panel1", "Paula Nell", staff(Access::PanelMember)),
        ("panel2", "Pankaj Ellis", staff(Access::PanelMember)),
        ("panel3", "Perpetua Lane", staff(Access::PanelMember)),
        ("compliance", "Colm Pliance", staff(Access::ComplianceOfficer)),
        ("auditor", "Audrey Torr", staff(Access::Auditor)),
        ("contractor", "Connor Tractor", firm(firms.get(..1).unwrap_or_default())),
        ("two-firms", "Tula Firmes", firm(firms.get(1..3).unwrap_or_default())),
    ];
    let mut lines = vec![format!("{:<12} {:<32} password", "who", "email")];
    for (who, name, grants) in people.into_iter().filter(|(_, _, grants)| !grants.is_empty()) {
        let email = format!("{who}@demo.example.org");
        let invitation = Invitation { name: name.to_owned(), email: email.clone(), grants };
        let invited = command::run(db, UserId::SYSTEM, clock, |tx| enrol(tx, &invitation))?;
        let token = random_token();
        let password = token.get(..16).unwrap_or_default();
        use_link(db, clock, council, invited.link.reveal(), &Secret::new(password))?;
        lines.push(format!("{who:<12} {email:<32} {password}"));
    }
    if let Some(path) = path(url) {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all((lines.join("\n") + "\n").as_bytes()).map_err(Error::from)
    } else {
        lines.iter().for_each(|line| say::line(line));
        Ok(())
    }
}

/// Prints the sign-ins of the demonstration at `url`, when they are known here.
pub fn tell(url: &str) {
    if let Some(lines) = path(url).and_then(|path| std::fs::read_to_string(path).ok()) {
        say::line("Sign-ins of the demonstration council:");
        lines.lines().for_each(|line| say::line(&format!("  {line}")));
    }
}

fn path(url: &str) -> Option<String> {
    url.strip_prefix("sqlite://").map(|path| format!("{path}.logins"))
}
