//! `chaperone serve`.

use std::net::IpAddr;
use std::process::ExitCode;

use super::demo::logins;
use super::{open, say};
use crate::error::{Error, Result};
use crate::store::migrate::{self, Purpose};
use crate::web::{self, app::App};

/// Serve the pages.
#[derive(clap::Args)]
pub struct Serve {}

impl Serve {
    pub fn run(self) -> Result<ExitCode> {
        let opened = open::open()?;
        let demo = opened.db.read(migrate::purpose)? == Purpose::Demo;
        if demo {
            let address: IpAddr = opened.config.address.parse().map_err(Error::internal)?;
            if !address.is_loopback() {
                return Err(Error::Conflict("a demonstration register is served on loopback only".into()));
            }
            logins::tell(opened.config.database_url.reveal());
        }
        say::line(&format!("Serving on http://{}:{}", opened.config.address, opened.config.port));
        let app = App::new(opened.config, opened.db);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let rocket = web::open(app)?;
            rocket
                .launch()
                .await
                .map_err(|error| Error::Unavailable(format!("the pages cannot be served: {error}")))?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
