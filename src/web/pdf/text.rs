//! Words in a box: they shrink to stay on one line, then wrap, then shrink further; a long name is never cut
//! while there is a size at which it can be read.

use super::POINTS;
use super::face::Face;
use super::page::{Area, Colour};
use crate::error::Result;

/// A line's height in parts of its letter size.
pub(super) const LEADING: f32 = 1.2;

/// Below this many points nobody reads.
const SMALLEST: f32 = 4.0;

/// Where a line stands between its edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum Align {
    #[default]
    Left,
    Centre,
    Right,
}

/// Words, the box they must stay in, and their look.
#[derive(Debug, Clone, Copy)]
pub struct Text<'t> {
    pub(super) words: &'t str,
    pub(super) area: Area,
    pub(super) size: f32,
    pub(super) least: f32,
    pub(super) face: Face,
    pub(super) colour: Colour,
    pub(super) align: Align,
}

impl<'t> Text<'t> {
    /// `words` in regular black letters of `size` points. Too long for a line, they wrap; too long for the box,
    /// they shrink.
    pub fn new(words: &'t str, area: Area, size: f32) -> Text<'t> {
        Text { words, area, size, least: size, face: Face::Regular, colour: Colour::BLACK, align: Align::Left }
    }

    /// In bold.
    pub fn bold(self) -> Text<'t> {
        Text { face: Face::Bold, ..self }
    }

    /// In this colour.
    pub fn colour(self, colour: Colour) -> Text<'t> {
        Text { colour, ..self }
    }

    /// Set to the middle.
    pub fn centre(self) -> Text<'t> {
        Text { align: Align::Centre, ..self }
    }

    /// Set to the right edge.
    pub fn right(self) -> Text<'t> {
        Text { align: Align::Right, ..self }
    }

    /// Shrinks down to `least` points to stay on one line before it wraps.
    pub fn shrink_to(self, least: f32) -> Text<'t> {
        Text { least, ..self }
    }

    /// The size found, in points, and the lines at that size.
    pub(super) fn laid(&self) -> Result<(f32, Vec<String>)> {
        let words = self.face.spell(self.words)?;
        let width = self.area.width * POINTS;
        let height = self.area.height * POINTS;
        if self.least < self.size && !words.contains('\n') {
            let size = self.size.min(width / self.face.width(&words)?.max(f32::EPSILON));
            if size >= self.least {
                return Ok((size, vec![words]));
            }
        }
        let pieces = pieces(self.face, &words)?;
        let mut size = self.size;
        loop {
            let lines = wrapped(self.face, &pieces, width / size)?;
            if lines.len() as f32 * size * LEADING <= height + 0.01 {
                return Ok((size, lines));
            }
            if size <= SMALLEST {
                return Ok((size, cut(lines, (height / (size * LEADING)) as usize)));
            }
            size = (size - 0.25).max(SMALLEST);
        }
    }
}

/// A piece of a line that is not broken while there is room for it: its letters with the space or hyphen that ends it,
/// its width at size 1, that of each letter, and whether the line ends after it.
struct Piece {
    letters: String,
    width: f32,
    each: Vec<f32>,
    ends: bool,
}

fn pieces(face: Face, words: &str) -> Result<Vec<Piece>> {
    let mut out = Vec::new();
    for line in words.split('\n') {
        let mut parts: Vec<&str> = line.split_inclusive([' ', '-']).collect();
        if parts.is_empty() {
            parts.push("");
        }
        let last = parts.len() - 1;
        for (nth, part) in parts.into_iter().enumerate() {
            let mut bytes = [0; 4];
            let each = part.chars().map(|letter| face.width(letter.encode_utf8(&mut bytes))).collect::<Result<_>>()?;
            out.push(Piece { letters: part.to_owned(), width: face.width(part)?, each, ends: nth == last });
        }
    }
    Ok(out)
}

/// The pieces in lines no wider than `room` at size 1; a piece wider than a whole line is broken between letters.
fn wrapped(face: Face, pieces: &[Piece], room: f32) -> Result<Vec<String>> {
    let space = face.width(" ")?;
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0.0);
    for piece in pieces {
        let bare = if piece.letters.ends_with(' ') { piece.width - space } else { piece.width };
        if !line.is_empty() && used + bare > room {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        if bare > room {
            for (letter, width) in piece.letters.chars().zip(piece.each.iter().copied()) {
                if !line.is_empty() && used + width > room {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(letter);
                used += width;
            }
        } else {
            line.push_str(&piece.letters);
            used += piece.width;
        }
        if piece.ends {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
    }
    Ok(lines)
}

/// As many lines as there is room for, and a mark that there were more.
fn cut(mut lines: Vec<String>, room: usize) -> Vec<String> {
    lines.truncate(room.max(1));
    if let Some(last) = lines.last_mut() {
        let keep = last.char_indices().nth_back(1).map_or(0, |(at, _)| at);
        last.truncate(keep);
        last.push('…');
    }
    lines
}
