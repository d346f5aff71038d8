//! What a bulletin says and asks, as it is typed: a title, a text, and exactly two questions with their options.

use crate::error::Fault;
use crate::store::bulletin::{MAIN, Question, Text};

/// The longest text, in characters.
const LONGEST: usize = 12_000;
/// How many questions are asked.
pub const QUESTIONS: usize = 2;
/// The options of a question: at least, at most.
const OPTIONS: (usize, usize) = (2, 6);

/// The languages a bulletin may be written in: code, English name, own name.
pub const LANGUAGES: [(&str, &str, &str); 16] = [
    ("en", "English", "English"),
    ("cy", "Welsh", "Cymraeg"),
    ("ar", "Arabic", "العربية"),
    ("bn", "Bengali", "বাংলা"),
    ("bg", "Bulgarian", "Български"),
    ("zh", "Chinese", "中文"),
    ("fr", "French", "Français"),
    ("gu", "Gujarati", "ગુજરાતી"),
    ("pl", "Polish", "Polski"),
    ("pt", "Portuguese", "Português"),
    ("pa", "Punjabi", "ਪੰਜਾਬੀ"),
    ("ro", "Romanian", "Română"),
    ("so", "Somali", "Soomaali"),
    ("tr", "Turkish", "Türkçe"),
    ("uk", "Ukrainian", "Українська"),
    ("ur", "Urdu", "اردو"),
];

/// The own name of a language we know.
pub fn language(code: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(known, ..)| *known == code).map(|(_, _, own)| *own)
}

/// The English name of a language we know.
pub fn language_in_english(code: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(known, ..)| *known == code).map(|(_, english, _)| *english)
}

/// Whether it is written from right to left.
pub fn is_right_to_left(code: &str) -> bool {
    matches!(code, "ar" | "ur")
}

/// The words of a bulletin as they are typed.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// What it is called.
    pub title: String,
    /// What it says.
    pub body: String,
    /// The questions.
    pub questions: Vec<Asked>,
}

/// A question as it is typed.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// What is asked.
    pub text: String,
    /// The options, one a line.
    pub options: String,
    /// Which line is the right answer, from 1.
    pub right: String,
}

impl Words {
    /// The English text, with what is wrong with it.
    pub(super) fn as_main(&self, faults: &mut Vec<Fault>) -> Text {
        let mut text = self.read(MAIN, faults);
        for ((number, question), asked) in (1..).zip(&mut text.questions).zip(&self.questions) {
            match asked.right.trim().parse::<usize>() {
                Ok(line) if (1..=question.options.len()).contains(&line) => question.right = line - 1,
                _ => {
                    let message = "Enter the number of the line that is the right answer";
                    faults.push(Fault::new(format!("q{number}_right"), message));
                }
            }
        }
        text
    }

    /// The text in another language: the same questions, their options in the same order as in `main`.
    pub(super) fn as_translation(&self, language: &str, main: &Text, faults: &mut Vec<Fault>) -> Text {
        let mut text = self.read(language, faults);
        for ((number, question), of) in (1..).zip(&mut text.questions).zip(&main.questions) {
            question.right = of.right;
            if !question.options.is_empty() && question.options.len() != of.options.len() {
                let message = format!("Enter the {} options in the order of the English text", of.options.len());
                faults.push(Fault::new(format!("q{number}_options"), message));
            }
        }
        text
    }

    fn read(&self, language: &str, faults: &mut Vec<Fault>) -> Text {
        let title = needed("title", &self.title, 120, "Enter the title", faults);
        let body = needed("body", &self.body, LONGEST, "Enter the text", faults);
        let blank = Asked::default();
        let asked = (1..=QUESTIONS).map(|number| (number, self.questions.get(number - 1).unwrap_or(&blank)));
        let questions = asked.map(|(number, asked)| question(number, asked, faults)).collect();
        Text { language: language.to_owned(), title, body, questions, made_from: String::new() }
    }
}

fn question(number: usize, asked: &Asked, faults: &mut Vec<Fault>) -> Question {
    let text = needed(&format!("q{number}_text"), &asked.text, 300, "Enter the question", faults);
    let options: Vec<String> =
        asked.options.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let field = format!("q{number}_options");
    let (least, most) = OPTIONS;
    if !(least..=most).contains(&options.len()) {
        faults.push(Fault::new(field, format!("Enter {least} to {most} options, each on a line of its own")));
    } else if options.iter().any(|option| option.chars().count() > 200) {
        faults.push(Fault::new(field, "Each option must be 200 characters or fewer"));
    } else if options.iter().enumerate().any(|(at, one)| options.iter().skip(at + 1).any(|other| other == one)) {
        faults.push(Fault::new(field, "Each option must differ from the others"));
    }
    Question { text, options, right: 0 }
}

fn needed(field: &str, text: &str, longest: usize, when_missing: &str, faults: &mut Vec<Fault>) -> String {
    let text = text.trim();
    if text.is_empty() {
        faults.push(Fault::new(field, when_missing));
    } else if text.chars().count() > longest {
        faults.push(Fault::new(field, format!("This must be {longest} characters or fewer")));
    }
    text.to_owned()
}
