//! Photographs: what is refused, what is cleaned, who sees one.

use chaperone::domain::badge::photo::{MAX_BYTES, SIZE, cuts};
use chaperone::error::Error;
use chaperone::types::{BadgeCause, PhotoId};
use image::{ImageFormat, Rgb, RgbImage};

use crate::support::badge::{ask, file, firm, give_photo, issued, jpeg, officer, portrait, upload};
use crate::support::desk::Desk;
use crate::support::known::{FIRM, OTHER_FIRM};
use crate::support::world::person;

const PHOTO: (&str, &str) = ("me.jpg", "image/jpeg");

fn refusal(bytes: &[u8]) -> String {
    match cuts(bytes) {
        Err(Error::Invalid(faults)) => {
            assert!(faults.len() == 1 && faults[0].field == "photo");
            faults[0].message.clone()
        }
        Ok(_) => panic!("taken"),
        Err(other) => panic!("{other}"),
    }
}

/// The check sum of a PNG chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
    })
}

/// A small PNG that says it is this wide and high.
fn flood_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = file(&portrait(300, 300), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// A small JPEG that says it is this wide and high.
fn flood_jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg();
    let at = bytes.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    bytes[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    bytes[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// The JPEG with a segment that says how the camera was held and where it was.
fn with_exif(bytes: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(b"GPSLatitude 52.8067 N GPSLongitude 2.1168 W");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&bytes[..2], &[0xff, 0xe1], &length, &exif, &bytes[2..]].concat()
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

#[test]
fn a_photo_is_cut_to_the_shape_of_a_badge_in_three_ways() {
    for (picture, format) in [(portrait(1200, 1600), ImageFormat::Jpeg), (portrait(900, 400), ImageFormat::Png)] {
        let made = cuts(&file(&picture, format)).unwrap();
        assert_eq!(made.len(), 3);
        for cut in &made {
            let back = image::load_from_memory_with_format(cut, ImageFormat::Jpeg).unwrap();
            assert_eq!((back.width(), back.height()), SIZE);
            assert!(cut.len() < 120_000, "{}", cut.len());
        }
    }
}

#[test]
fn a_pixel_flood_is_refused_before_anything_is_unpacked() {
    for bytes in [
        flood_png(50_000, 50_000),
        flood_png(u32::MAX, u32::MAX),
        flood_png(i32::MAX as u32, 1),
        flood_png(11_000, 11_000),
        flood_jpeg(65_500, 65_500),
        flood_jpeg(11_900, 11_900),
    ] {
        let started = std::time::Instant::now();
        let said = refusal(&bytes);
        assert!(said.contains("too many points") || said.contains("damaged"), "{said}");
        assert!(started.elapsed().as_secs() < 2);
    }
}

#[test]
fn what_is_no_jpeg_and_no_png_is_refused_whatever_it_is_called() {
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
    let others: [&[u8]; 6] = [
        &gif,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"%PDF-1.7\n",
        b"RIFF\x24\0\0\0WEBPVP8 ",
        b"BM\x46\0\0\0",
    ];
    for bytes in others {
        assert!(refusal(bytes).contains("JPEG or PNG"));
    }
    assert!(refusal(b"").contains("Select a photo"));
    assert!(refusal(&vec![0xff; MAX_BYTES + 1]).contains("12 MB"));
    assert!(refusal(&file(&portrait(100, 900), ImageFormat::Jpeg)).contains("too small"));
}

#[test]
fn a_broken_photo_is_refused() {
    let png = file(&portrait(400, 500), ImageFormat::Png);
    let whole = jpeg();
    for bytes in [&png[..png.len() / 2], &whole[..whole.len() / 2], &whole[..200], &whole[..4]] {
        assert!(refusal(bytes).contains("damaged"));
    }
}

#[test]
fn a_polyglot_loses_what_was_hidden_in_it() {
    let payload = b"<script>alert(document.cookie)</script>PK\x03\x04<?php system($_GET[0]); ?>";
    let appended = [&jpeg()[..], payload].concat();
    let whole = jpeg();
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    let comment = [&whole[..2], &[0xff, 0xfe], &length, payload, &whole[2..]].concat();
    for bytes in [appended, comment] {
        for cut in cuts(&bytes).unwrap() {
            assert!(!holds(&cut, b"<script") && !holds(&cut, b"<?php") && !holds(&cut, b"PK\x03\x04"));
        }
    }
}

#[test]
fn the_way_the_camera_was_held_is_applied_and_where_it_was_is_dropped() {
    // Red above blue, as a camera lying on its side stores it.
    let lying = RgbImage::from_fn(600, 600, |x, _| if x < 300 { Rgb([200, 20, 20]) } else { Rgb([20, 20, 200]) });
    let bytes = with_exif(&file(&lying, ImageFormat::Jpeg), 6);
    for cut in cuts(&bytes).unwrap().into_iter().take(2) {
        assert!(!holds(&cut, b"Exif") && !holds(&cut, b"GPS"));
        let upright = image::load_from_memory(&cut).unwrap().to_rgb8();
        assert!(upright.get_pixel(SIZE.0 / 2, 20)[0] > 150, "red is above");
        assert!(upright.get_pixel(SIZE.0 / 2, SIZE.1 - 20)[2] > 150, "blue is below");
    }
}

#[test]
fn a_firm_uploads_chooses_a_cut_and_nobody_else_sees_it() {
    let desk = Desk::of(&[person(1, FIRM), person(2, OTHER_FIRM)]);
    let id = desk.id("T00001");
    let (status, _, body) = upload(&desk.firm, id, PHOTO, b"<svg></svg>");
    assert!(status == 422 && body.contains("must be a JPEG or PNG") && body.contains("href=\"#photo\""));
    let (status, _, body) = upload(&desk.firm, id, PHOTO, &flood_png(50_000, 50_000));
    assert!(status == 422 && body.contains("too many points"));
    let page = format!("/people/{id}/photo/cut");
    // Called something else, and still what it is.
    let (status, to, _) = upload(&desk.firm, id, ("notes.txt", "text/plain"), &jpeg());
    assert_eq!((status, to.as_str()), (303, page.as_str()));
    let body = desk.firm.get(&page).body;
    let shown: Vec<i64> =
        body.split("/photos/").skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
    assert_eq!(shown.len(), 3);
    assert_eq!(desk.firm.fill(&page, &page, &[]).status.code, 422);
    assert_eq!(desk.other_firm.get(&page).status.code, 404);
    let done = desk.firm.fill(&page, &page, &[("cut", &shown[1].to_string())]);
    assert_eq!(done.to(), (303, format!("/people/{id}/badges").as_str()));

    let picture = format!("/photos/{}", shown[1]);
    let answer = desk.firm.client.get(picture.clone()).dispatch();
    assert_eq!(answer.headers().get_one("Cache-Control"), Some("private, no-store"));
    assert_eq!(answer.headers().get_one("Content-Type"), Some("image/jpeg"));
    assert!(answer.into_bytes().unwrap().starts_with(&[0xff, 0xd8]));
    assert_eq!(desk.officer.get(&picture).status.code, 200);
    assert_eq!(desk.other_firm.get(&picture).status.code, 404);
    assert_eq!(desk.firm.get(&format!("/photos/{}", shown[0])).status.code, 404, "the other cuts are gone");
    let (status, ..) = upload(&desk.other_firm, id, PHOTO, &jpeg());
    assert!(status == 404 || status == 403);
    let count = desk.world.test.db.read(|conn| chaperone::store::photo::find(conn, PhotoId(shown[1]))).is_ok();
    assert!(count);
    desk.is_sound();
}

#[test]
fn a_firm_somebody_left_neither_sees_nor_gives_a_photo() {
    let desk = Desk::of(&[person(1, FIRM), person(1, OTHER_FIRM)]);
    let test = &desk.world.test;
    let (who, id) = (officer(test), desk.id("T00001"));
    give_photo(test, &who, id, &jpeg());
    let badge = issued(test, &who, id, FIRM, BadgeCause::New);
    let request = ask(test, &who, id, FIRM, BadgeCause::Damaged);
    let photo = test.db.read(|conn| chaperone::store::photo::current(conn, id)).unwrap().unwrap();
    let hidden = [
        format!("/photos/{photo}"),
        format!("/people/{id}/photo"),
        format!("/people/{id}/photo/cut"),
        format!("/people/{id}/badges/new"),
    ];
    let pages = [format!("/badges/{badge}"), format!("/badge-requests/{request}"), format!("/people/{id}/badges")];
    let about = |body: &str| body.contains("/photos/") || body.contains("/photo\"");
    for page in &pages {
        assert!(about(&desk.firm.get(page).body), "{page}");
    }
    let left = firm(test, FIRM);
    desk.world.sql(&format!(
        "UPDATE engagements SET ends_on = '2026-11-21' WHERE person_id = {id} AND contractor_id = {left}"
    ));
    for path in &hidden {
        assert_eq!(desk.firm.get(path).status.code, 404, "{path}");
        assert!(desk.other_firm.get(path).status.code < 400, "{path}");
        assert!(desk.officer.get(path).status.code < 400, "{path}");
    }
    for page in &pages {
        let answer = desk.firm.get(page);
        assert!(answer.status.code == 200 && !about(&answer.body), "{page}");
    }
    let form = format!("/badge-requests/{request}/cancel");
    let cut = [("cut", photo.to_string())];
    let cut = cut.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(desk.firm.fill(&form, &format!("/people/{id}/photo/cut"), &cut).status.code, 404);
    let (status, ..) = upload(&desk.firm, id, PHOTO, &jpeg());
    assert!(status == 404 || status == 403);
    assert_eq!(test.db.read(|conn| chaperone::store::photo::current(conn, id)).unwrap(), Some(photo));
}

#[test]
fn a_photo_of_more_points_than_a_badge_needs_is_refused_or_made_smaller_first() {
    assert!(refusal(&flood_png(6_000, 4_001)).contains("too many points"));
    assert!(refusal(&flood_jpeg(4_001, 6_000)).contains("too many points"));
    for cut in cuts(&file(&portrait(3_000, 2_500), ImageFormat::Jpeg)).unwrap() {
        let back = image::load_from_memory_with_format(&cut, ImageFormat::Jpeg).unwrap();
        assert_eq!((back.width(), back.height()), SIZE);
    }
}
