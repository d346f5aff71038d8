//! What is drawn passes the validator, stays in its box and can be read.

use super::*;

fn drawn(draw: impl FnOnce(&mut Page<'_>) -> Result<()>) -> Result<Vec<u8>> {
    let mut document = Document::new("A test")?;
    document.page(A4, "Page 1", draw)?;
    document.finish()
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    image::RgbImage::from_pixel(35, 45, image::Rgb([120, 140, 160]))
        .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg)
        .unwrap();
    bytes
}

#[test]
fn everything_on_a_page_passes_the_validator() {
    let bytes = drawn(|page| {
        page.rectangle(Area::new(0.0, 0.0, 210.0, 20.0), Colour(0, 48, 120))?;
        page.heading(1, &Text::new("Zoë O’Brien-Łukaszewska", Area::new(10.0, 5.0, 190.0, 10.0), 20.0).bold())?;
        page.section(|page| {
            page.paragraph(&Text::new("Ελένη Παπαδοπούλου\nНаталья", Area::new(10.0, 30.0, 80.0, 30.0), 11.0))?;
            page.image(Area::new(10.0, 70.0, 35.0, 45.0), jpeg(), "Photograph of the holder")?;
            page.qr(60.0, 70.0, 25.0, "https://badges.example/b/AbC-_", "A square code to check this badge")
        })
    })
    .unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert!(bytes.len() > 4000);
}

#[test]
fn letters_the_face_lacks_are_written_in_latin_ones_and_pass() {
    let words = "王小明 \u{5d3}\u{5d5}\u{5d3} محمد 😀 \u{200f}\u{feff}e\u{301}\u{0} \u{e001} ﬁ ﷽";
    let spelled = Face::Bold.spell(words).unwrap();
    assert!(spelled.starts_with("WangXiaoMing ") || spelled.starts_with("Wang Xiao Ming "), "{spelled}");
    assert!(!spelled.contains(['\u{feff}', '\u{200f}', '\u{0}', '\u{e001}', 'م']), "{spelled}");
    drawn(|page| page.paragraph(&Text::new(words, Area::new(10.0, 10.0, 100.0, 40.0), 12.0)).map(drop)).unwrap();
}

#[test]
fn a_short_line_keeps_its_size_a_longer_one_shrinks_and_the_longest_wraps() {
    let area = Area::new(0.0, 0.0, 50.0, 12.0);
    let laid = |words: &str| Text::new(words, area, 14.0).bold().shrink_to(9.0).laid().unwrap();
    assert_eq!(laid("Ann Bo").0, 14.0);
    let (size, lines) = laid("Bartholomew Featherstone");
    assert!(size < 14.0 && lines.len() == 1, "{size} {lines:?}");
    let (size, lines) = laid("Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Wigglesworth-Cholmondeley");
    assert!(size >= 4.0 && lines.len() > 1, "{size} {lines:?}");
    assert!(!lines.concat().contains('…'));
}

#[test]
fn a_name_without_a_space_is_broken_and_nothing_leaves_its_box() {
    let area = Area::new(0.0, 0.0, 40.0, 10.0);
    for words in ["X".repeat(300), "ab ".repeat(100), "-".repeat(90), "W".repeat(3000), String::new()] {
        let text = Text::new(&words, area, 12.0).shrink_to(8.0);
        let (size, lines) = text.laid().unwrap();
        assert!(lines.len() as f32 * size * text::LEADING <= area.height * POINTS + 0.1, "{size} {}", lines.len());
        for line in lines {
            let width = Face::Regular.width(line.trim_end()).unwrap() * size;
            assert!(width <= area.width * POINTS + 0.5, "{width}");
        }
    }
}

#[test]
fn an_empty_paragraph_and_a_page_of_decoration_pass() {
    drawn(|page| {
        page.frame(Area::new(5.0, 5.0, 50.0, 50.0), 0.4, Colour::GREY)?;
        page.paragraph(&Text::new(" \n ", Area::new(0.0, 0.0, 10.0, 10.0), 10.0)).map(drop)
    })
    .unwrap();
}
