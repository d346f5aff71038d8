//! `chaperone serve`: the pages and, unless told otherwise, the jobs.

use std::net::IpAddr;
use std::process::ExitCode;

use super::demo::logins;
use super::{job, open, say};
use crate::error::{Error, Result};
use crate::jobs::Worker;
use crate::store::migrate::{self, Purpose};
use crate::web::{self, app::App};

/// Serve the pages and run the jobs.
#[derive(clap::Args)]
pub struct Serve {
    /// Leave the jobs to `work` processes.
    #[arg(long)]
    no_jobs: bool,
}

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
        let app = App::new(opened.config.clone(), opened.db.clone());
        let office = job::office(opened)?;
        let worker = if self.no_jobs { None } else { Some(Worker::start(&office)?) };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let served = runtime.block_on(async {
            let rocket = web::open(app)?;
            rocket
                .launch()
                .await
                .map_err(|error| Error::Unavailable(format!("the pages cannot be served: {error}")))?;
            Ok(ExitCode::SUCCESS)
        });
        // After the pages: a letter in hand is sent and settled before the process ends.
        if let Some(worker) = worker {
            worker.stop();
        }
        served
    }
}
