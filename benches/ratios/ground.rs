//! The register that is measured: a SQLite file on the disk the build is on, and copies of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chaperone::clock::Clock;
use chaperone::config::Config;
use chaperone::domain::user::{Grant, Invitation};
use chaperone::domain::{authority, command, policy, signin, user};
use chaperone::jobs::{Office, spec};
use chaperone::store::{Db, migrate, signin as signins};
use chaperone::types::{Access, Secret, SigninId, UserId};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub const KEY: &str = "a key for benches only, 32 characters or more";
pub const PASSWORD: &str = "kettle orbit mustard";
pub const OFFICER: &str = "officer@council.example.org";

/// The day the registers are imported.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

/// A register, gone when dropped.
pub struct Ground {
    pub people: u32,
    pub db: Db,
    pub file: PathBuf,
    _folder: TempDir,
}

fn open(file: &Path) -> Db {
    Db::open(&Secret::new(format!("sqlite://{}", file.display())), 8, &Secret::new(KEY)).unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

impl Ground {
    /// Migrated, with its policy, its authorities and one officer who can sign in.
    pub fn empty(people: u32) -> Ground {
        let folder = folder();
        let file = folder.path().join("chaperone.db");
        let db = open(&file);
        let clock = Clock::Fixed(today());
        migrate::migrate(&db).unwrap();
        let grants = vec![Grant { access: Access::Officer, contractor: None }];
        let invitation = Invitation { name: "Olive Fisher".into(), email: OFFICER.into(), grants };
        let invited = command::run(&db, UserId::SYSTEM, &clock, |tx| {
            migrate::dedicate(tx, migrate::Purpose::Trial)?;
            policy::establish(tx)?;
            authority::establish(tx)?;
            user::enrol(tx, &invitation)
        })
        .unwrap();
        signin::use_link(&db, &clock, "Council", invited.link.reveal(), &Secret::new(PASSWORD)).unwrap();
        migrate::settle(&db).unwrap();
        Ground { people, db, file, _folder: folder }
    }

    /// The same register in another file.
    pub fn copy(&self) -> Ground {
        migrate::settle(&self.db).unwrap();
        let folder = folder();
        let file = folder.path().join("chaperone.db");
        std::fs::copy(&self.file, &file).unwrap();
        // Else the copy is still being written back while it is measured.
        std::fs::File::open(&file).unwrap().sync_all().unwrap();
        Ground { people: self.people, db: open(&file), file, _folder: folder }
    }

    pub fn url(&self) -> String {
        format!("sqlite://{}", self.file.display())
    }

    /// A sign-in that begins now: its token and its row.
    pub fn sign_in(&self) -> (Secret, SigninId) {
        let clock = Clock::Fixed(today());
        command::write_untrailed(&self.db, &clock, |tx| {
            let officer = chaperone::store::user::credentials(tx, OFFICER)?.unwrap().user;
            let token = signin::start(tx, officer)?;
            let hash: String = Sha256::digest(token.reveal()).iter().map(|byte| format!("{byte:02x}")).collect();
            let (row, _) = signins::by_hash(tx, &hash)?.unwrap();
            Ok((token, row.id))
        })
        .unwrap()
    }

    /// What jobs work with on `day`.
    pub fn office(&self, day: NaiveDate, smtp_url: &str) -> Office {
        let config = Config { smtp_url: Secret::new(smtp_url), ..Config::default() };
        let specs = Arc::new(spec::load(None).unwrap());
        Office { db: self.db.clone(), clock: Clock::Fixed(day), config: Arc::new(config), specs }
    }
}
