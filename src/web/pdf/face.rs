//! The two faces on paper, how wide words are in them, and what stands in for a letter they lack.

use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};

use crate::error::{Error, Result};
use crate::web::assets;

/// A weight of the one typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Face {
    /// For text.
    #[default]
    Regular,
    /// For names and headings.
    Bold,
}

struct Loaded {
    font: Font,
    shaper: rustybuzz::Face<'static>,
}

static REGULAR: LazyLock<Option<Loaded>> = LazyLock::new(|| load("fonts/regular.ttf"));
static BOLD: LazyLock<Option<Loaded>> = LazyLock::new(|| load("fonts/bold.ttf"));

fn load(file: &str) -> Option<Loaded> {
    let bytes = assets::bytes(file)?;
    Some(Loaded { font: Font::new(bytes.into(), 0)?, shaper: rustybuzz::Face::from_slice(bytes, 0)? })
}

impl Face {
    fn loaded(self) -> Result<&'static Loaded> {
        let slot = match self {
            Face::Regular => &REGULAR,
            Face::Bold => &BOLD,
        };
        slot.as_ref().ok_or_else(|| Error::internal("a typeface is missing from the binary"))
    }

    pub(super) fn font(self) -> Result<Font> {
        Ok(self.loaded()?.font.clone())
    }

    /// The letters of `words` as the face draws them, left to right, in parts of the letter size.
    pub(super) fn shape(self, words: &str) -> Result<Vec<KrillaGlyph>> {
        let shaper = &self.loaded()?.shaper;
        let em = shaper.units_per_em() as f32;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(words);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(shaper, &[], buffer);
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|glyph| glyph.cluster as usize).collect();
        let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions()).map(|(glyph, at)| {
            let start = glyph.cluster as usize;
            let end = starts.iter().copied().find(|other| *other > start).unwrap_or(words.len());
            let part = |units: i32| units as f32 / em;
            KrillaGlyph::new(
                GlyphId::new(glyph.glyph_id),
                part(at.x_advance),
                part(at.x_offset),
                part(at.y_offset),
                part(at.y_advance),
                start..end,
                None,
            )
        });
        Ok(glyphs.collect())
    }

    /// How wide `words` are at letter size 1.
    pub(super) fn width(self, words: &str) -> Result<f32> {
        Ok(self.shape(words)?.iter().map(|glyph| glyph.x_advance).sum())
    }

    /// `words` with every letter the face lacks, and every letter written from the right, put into Latin letters:
    /// an unreadable box is never printed. Spaces are single; line breaks stay.
    pub(super) fn spell(self, words: &str) -> Result<String> {
        let shaper = &self.loaded()?.shaper;
        let mut out = String::with_capacity(words.len());
        for letter in words.chars() {
            if letter == '\n' {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            } else if letter.is_whitespace() {
                if !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
            } else if letter.is_control() || is_unseen(letter) {
            } else if shaper.glyph_index(letter).is_some() && !is_from_the_right(letter) {
                out.push(letter);
            } else {
                out.push_str(deunicode::deunicode_char(letter).map_or("?", str::trim_end));
            }
        }
        out.truncate(out.trim_end().len());
        Ok(out)
    }
}

/// `words` on one line, for titles and for descriptions read aloud.
pub(super) fn plain(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Joiners, marks of direction and selectors: nothing to print.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffc}' | '\u{e000}'..='\u{f8ff}'
        | '\u{e0000}'..='\u{10ffff}')
}

/// Hebrew, Arabic and their kin, which would need a second order of letters within a line.
fn is_from_the_right(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
