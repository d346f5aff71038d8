//! Builds `assets/dist` with npm when it is missing or older than its sources, so that `cargo run` is enough.
//! `CHAPERONE_ASSETS` names a folder built elsewhere, for machines without npm.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::SystemTime;

const SOURCES: [&str; 6] = ["package.json", "package-lock.json", "build.mjs", "scss", "ts", "static"];
const OUTPUTS: [&str; 5] = ["main.css", "main.js", "favicon.svg", "fonts/regular.ttf", "fonts/bold.ttf"];

fn main() -> ExitCode {
    println!("cargo::rerun-if-env-changed=CHAPERONE_ASSETS");
    for name in SOURCES {
        println!("cargo::rerun-if-changed=assets/{name}");
    }
    for name in OUTPUTS {
        println!("cargo::rerun-if-changed=assets/dist/{name}");
    }
    match run(Path::new("assets")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error=assets: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(assets: &Path) -> Result<(), Box<dyn Error>> {
    let dist = assets.join("dist");
    if let Some(prebuilt) = std::env::var_os("CHAPERONE_ASSETS").map(PathBuf::from) {
        return copy(&prebuilt, &dist);
    }
    let newest_source = newest(SOURCES.iter().map(|name| assets.join(name)))?;
    let oldest_output = OUTPUTS.iter().map(|name| fs::metadata(dist.join(name))?.modified()).min_by(compare);
    if matches!(oldest_output, Some(Ok(made)) if made >= newest_source) {
        return Ok(());
    }
    if !is_installed(assets) {
        npm(assets)?;
    }
    tell(Command::new("node").arg("build.mjs").current_dir(assets), "node")?;
    // Dated like their sources: cargo would take files newer than this run for a change and build twice.
    for name in OUTPUTS {
        fs::File::options().append(true).open(dist.join(name))?.set_modified(newest_source)?;
    }
    Ok(())
}

/// A missing file sorts first.
fn compare(a: &std::io::Result<SystemTime>, b: &std::io::Result<SystemTime>) -> std::cmp::Ordering {
    a.as_ref().ok().cmp(&b.as_ref().ok())
}

fn newest(paths: impl Iterator<Item = PathBuf>) -> Result<SystemTime, Box<dyn Error>> {
    let mut latest = SystemTime::UNIX_EPOCH;
    for path in paths {
        let about = fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        latest = latest.max(if about.is_dir() {
            let inside = fs::read_dir(&path)?.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
            newest(inside.into_iter())?
        } else {
            about.modified()?
        });
    }
    Ok(latest)
}

/// Whether node_modules is what the lock file asks for.
fn is_installed(assets: &Path) -> bool {
    let age = |path: &str| fs::metadata(assets.join(path)).and_then(|about| about.modified()).ok();
    matches!(
        (age("node_modules/.package-lock.json"), age("package-lock.json")),
        (Some(installed), Some(wanted)) if installed >= wanted
    )
}

fn npm(assets: &Path) -> Result<(), Box<dyn Error>> {
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    tell(Command::new("npm").args(arguments).current_dir(assets), "npm")
}

fn tell(command: &mut Command, name: &str) -> Result<(), Box<dyn Error>> {
    let done = command.output().map_err(|error| {
        format!(
            "{name} cannot be run ({error}). Install Node.js 20 or later, or set CHAPERONE_ASSETS to a built folder"
        )
    })?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("{name} failed: {}", said.lines().collect::<Vec<_>>().join(" | ")).into())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to.join("fonts"))?;
    for name in OUTPUTS {
        let made = from.join(name);
        let held = fs::read(&made).map_err(|error| format!("CHAPERONE_ASSETS: {}: {error}", made.display()))?;
        // Written only when different, so that the next build finds nothing to do.
        if fs::read(to.join(name)).ok().as_deref() != Some(held.as_slice()) {
            fs::write(to.join(name), held)?;
            let dated = fs::metadata(&made)?.modified()?;
            fs::File::options().append(true).open(to.join(name))?.set_modified(dated)?;
        }
    }
    Ok(())
}
