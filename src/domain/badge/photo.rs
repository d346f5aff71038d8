//! Photographs: judged by what they are and not by what they are called, never unpacked before their size is known, and
//! kept only as a fresh picture that carries nothing of the file it came from.

mod turn;

use std::io::Cursor;

use chrono::NaiveDate;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde_json::json;

use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::person;
use crate::error::{Error, Result};
use crate::store::photo as store;
use crate::store::trail::Entry;
use crate::store::{Conn, Tx, engagement};
use crate::types::{ContractorId, PersonId, PhotoId};

/// The longest file that is read, in bytes.
pub const MAX_BYTES: usize = 12 * 1024 * 1024;
/// The widest and the highest picture that is unpacked.
const MAX_SIDE: u32 = 12_000;
/// The most points that are unpacked.
const MAX_POINTS: u64 = 24_000_000;
/// The longest a picture may be unpacked, in bytes: four to a point.
const MAX_UNPACKED: u64 = 4 * MAX_POINTS;
/// The most memory a decoder may take.
const MAX_MEMORY: u64 = 128 * 1024 * 1024;
/// The shorter side to which a larger picture is brought before anything else is done with it.
const WORKED: u32 = 1100;
/// The least of either side that still makes a face.
const MIN_SIDE: u32 = 200;
/// The picture on a badge: 35 by 45 millimetres at 300 to the inch.
pub const SIZE: (u32, u32) = (413, 531);
const QUALITY: u8 = 85;
/// What somebody is told who saw another photograph than the one in use.
pub const CHANGED: &str = "The photo was changed after you opened the page. Look at it again.";
const DAMAGED: &str = "The photo is damaged. Take it again or save it again as a JPEG";

/// The ways a picture is cut to the shape of a badge, in the order they are shown.
pub const CUTS: [(&str, &str); 3] = [("top", "From the top"), ("centre", "From the middle"), ("zoom", "Closer")];

static DECODER: turn::Turn = turn::Turn::new();

/// The picture in a file, cut in each of [`CUTS`]. One at a time: a picture takes a hundred times its file's memory.
///
/// # Errors
/// `Invalid` at `photo`: too long a file, no JPEG or PNG, too many points or too few, or broken; `Unavailable` while
/// too many wait.
pub fn cuts(file: &[u8]) -> Result<Vec<Vec<u8>>> {
    DECODER.take(|| {
        let whole = decoded(file)?;
        CUTS.iter().map(|(cut, _)| encoded(&cut_out(&whole, cut))).collect()
    })
}

fn decoded(file: &[u8]) -> Result<DynamicImage> {
    let wrong = |message: &str| Error::invalid("photo", message);
    if file.is_empty() {
        return Err(wrong("Select a photo"));
    }
    if file.len() > MAX_BYTES {
        return Err(wrong("The photo must be smaller than 12 MB"));
    }
    let format = match file {
        [0xff, 0xd8, 0xff, ..] => ImageFormat::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => ImageFormat::Png,
        _ => return Err(wrong("The photo must be a JPEG or PNG picture")),
    };
    if format == ImageFormat::Jpeg && !has_end(file) {
        return Err(wrong(DAMAGED));
    }
    let broken = |_| wrong(DAMAGED);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => wrong("The photo has too many points. Make it smaller"),
        other => broken(other),
    })?;
    let (width, height) = decoder.dimensions();
    let is_long = decoder.total_bytes() > MAX_UNPACKED;
    if is_long || u64::from(width) * u64::from(height) > MAX_POINTS || width > MAX_SIDE || height > MAX_SIDE {
        return Err(wrong("The photo has too many points. Make it smaller"));
    }
    if width.min(height) < MIN_SIDE {
        return Err(wrong("The photo is too small: it must be at least 200 points wide and high"));
    }
    decoder.set_limits(limits).map_err(broken)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut whole = reduced(DynamicImage::from_decoder(decoder).map_err(broken)?);
    whole.apply_orientation(orientation);
    Ok(whole)
}

/// The picture at no more points than the cuts need.
fn reduced(whole: DynamicImage) -> DynamicImage {
    let shorter = whole.width().min(whole.height());
    if shorter <= WORKED {
        return whole;
    }
    let side = |long: u32| {
        let scaled = u64::from(long) * u64::from(WORKED) / u64::from(shorter);
        u32::try_from(scaled).unwrap_or(WORKED).max(1)
    };
    whole.thumbnail_exact(side(whole.width()), side(whole.height()))
}

/// Whether a JPEG comes to its end: its decoder paints what is missing grey instead of saying so.
fn has_end(file: &[u8]) -> bool {
    let mut rest = file.get(2..).unwrap_or_default();
    loop {
        match rest {
            [0xff, 0xda, scan @ ..] => return scan.windows(2).any(|two| two == [0xff, 0xd9]),
            [0xff, 0xff, ..] => rest = rest.get(1..).unwrap_or_default(),
            [0xff, _, high, low, ..] => {
                let length = usize::from(*high) * 256 + usize::from(*low) + 2;
                rest = rest.get(length..).unwrap_or_default();
            }
            _ => return false,
        }
    }
}

/// The part of the picture that has the shape of a badge's.
fn cut_out(whole: &DynamicImage, cut: &str) -> DynamicImage {
    let (width, height) = (u64::from(whole.width()), u64::from(whole.height()));
    let (across, down) = (u64::from(SIZE.0), u64::from(SIZE.1));
    let (mut w, mut h) =
        if width * down > height * across { (height * across / down, height) } else { (width, width * down / across) };
    if cut == "zoom" {
        (w, h) = (w * 7 / 10, h * 7 / 10);
    }
    let (w, h) = (w.max(1), h.max(1));
    let x = (width - w) / 2;
    let y = match cut {
        "top" => 0,
        "zoom" => (height - h) / 4,
        _ => (height - h) / 2,
    };
    let part = |n: u64| u32::try_from(n).unwrap_or(0);
    whole.crop_imm(part(x), part(y), part(w), part(h)).resize_exact(SIZE.0, SIZE.1, FilterType::CatmullRom)
}

/// On white, where the picture was see-through.
fn encoded(part: &DynamicImage) -> Result<Vec<u8>> {
    let mut flat = image::RgbImage::new(part.width(), part.height());
    for (to, from) in flat.pixels_mut().zip(part.to_rgba8().pixels()) {
        let [red, green, blue, alpha] = from.0;
        let over = |value: u8| {
            let mixed = u16::from(value) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(255)
        };
        to.0 = [over(red), over(green), over(blue)];
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode(&flat, flat.width(), flat.height(), ExtendedColorType::Rgb8)
        .map_err(Error::internal)?;
    Ok(bytes)
}

/// Keeps the cuts of a photograph to choose from; those left from an earlier try go.
///
/// # Errors
/// `NotFound` for who is none of their business.
pub fn offer(tx: &mut Tx<'_>, who: &Who, id: PersonId, cuts: &[Vec<u8>]) -> Result<()> {
    let today = tx.today;
    may_picture(tx, who, id, today)?;
    person::live(tx, id)?;
    store::destroy_unused(tx, id)?;
    for cut in cuts {
        store::insert(tx, id, cut)?;
    }
    tx.trail(Entry::new("photo.upload", "person", id.0).about(id).new_value(&json!({ "cuts": cuts.len() })));
    Ok(())
}

/// Puts one of the cuts in use; the others go, and so does the photograph that was, unless a badge bears it.
///
/// # Errors
/// `NotFound` for who is none of their business; `Conflict` for a cut that is not there any more.
pub fn choose(tx: &mut Tx<'_>, who: &Who, id: PersonId, cut: PhotoId) -> Result<()> {
    let today = tx.today;
    may_picture(tx, who, id, today)?;
    if !store::cuts(tx, id, who.user)?.contains(&cut) {
        return Err(Error::Conflict("This photo is not there any more. Upload it again.".into()));
    }
    store::put_in_use(tx, id, cut)?;
    if who.is_staff() {
        store::look(tx, cut)?;
    }
    tx.trail(Entry::new("photo.choose", "photo", cut.0).about(id));
    Ok(())
}

/// Notes that an officer looked at the photograph in use and it may go on a badge.
///
/// # Errors
/// `NotFound`; `Conflict` when it is another by now.
pub fn look(tx: &mut Tx<'_>, who: &Who, id: PersonId, seen: Option<PhotoId>) -> Result<()> {
    may(who, Act::IssueBadges, Subject::Register)?;
    let current = store::current(tx, id)?;
    let photo = current.filter(|_| current == seen).ok_or_else(|| Error::Conflict(CHANGED.into()))?;
    store::look(tx, photo)?;
    tx.trail(Entry::new("photo.look", "photo", photo.0).about(id));
    Ok(())
}

/// Whether `who` may give this person a photograph: the transport team, and the firms they work for on `today`.
///
/// # Errors
/// `NotFound`.
pub fn may_picture(conn: &mut Conn, who: &Who, id: PersonId, today: NaiveDate) -> Result<()> {
    if who.is_staff() {
        return may(who, Act::IssueBadges, Subject::Register);
    }
    crate::store::person::find(conn, id, &who.reach())?;
    let firms = firms_of(conn, id, today)?;
    may(who, Act::RequestBadge, Subject::Person(&firms))
}

/// Whether `who` may see this person's photographs on `today`: the council, and the firms they work for then.
///
/// # Errors
/// The database's.
pub fn is_shown(conn: &mut Conn, who: &Who, id: PersonId, today: NaiveDate) -> Result<bool> {
    if who.is_staff() {
        return Ok(true);
    }
    let own = who.firms();
    Ok(firms_of(conn, id, today)?.iter().any(|firm| own.contains(firm)))
}

/// The firms whose work for this person has not ended before `today`.
fn firms_of(conn: &mut Conn, id: PersonId, today: NaiveDate) -> Result<Vec<ContractorId>> {
    let works = engagement::of_people(conn, &[id])?;
    let running = works.into_iter().filter(|work| work.ends_on.is_none_or(|end| end >= today));
    Ok(running.map(|work| work.contractor_id).collect())
}
