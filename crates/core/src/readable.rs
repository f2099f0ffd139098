//! Random text that people read aloud, write down and type again: groups of four digits and letters that cannot be
//! mistaken for one another (Crockford's base 32, 5 bits each).

use crate::entropy::Entropy;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUP: usize = 4;

/// `LENGTH` characters, in groups: `7K2M-9QXF`.
pub fn draw<const LENGTH: usize>(entropy: &mut Entropy) -> String {
    let letter = |byte: u8| char::from(*ALPHABET.get(usize::from(byte % 32)).unwrap_or(&b'0'));
    grouped(entropy.bytes::<LENGTH>().into_iter().map(letter))
}

/// What was typed, as it was drawn: without regard to case, blanks and punctuation. None where it has not `length` characters.
pub fn read(typed: &str, length: usize) -> Option<String> {
    // Nothing that is longer is looked at to its end.
    let letters = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_ascii_punctuation() && !matches!(c, '‐' | '–'))
        .take(length + 1);
    let read: Option<String> = letters.map(meant).collect();
    let read = read.filter(|read| read.len() == length)?;
    Some(grouped(read.chars()))
}

/// The letter that one was meant as: O is 0, I and L are 1.
fn meant(typed: char) -> Option<char> {
    let upper = typed.to_ascii_uppercase();
    let meant = match upper {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    u8::try_from(meant).ok().filter(|byte| ALPHABET.contains(byte)).map(char::from)
}

fn grouped(letters: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    for (at, letter) in letters.enumerate() {
        if at > 0 && at % GROUP == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_is_read_back_however_it_is_typed() {
        let drawn = draw::<8>(&mut Entropy::seeded(1));
        assert_eq!((drawn.len(), drawn.as_bytes().get(4)), (9, Some(&b'-')));
        let bare = drawn.replace('-', "");
        for typed in [drawn.clone(), drawn.to_lowercase(), bare.clone(), format!(" {bare} "), drawn.replace('-', " – ")]
        {
            assert_eq!(read(&typed, 8), Some(drawn.clone()), "{typed}");
        }
        assert_eq!(draw::<16>(&mut Entropy::seeded(2)).len(), 19);
    }

    #[test]
    fn what_is_easily_mistaken_is_read_as_it_was_meant() {
        assert_eq!(read("oOiI-lL12", 8).as_deref(), Some("0011-1112"));
        for bad in ["", "7K2M", "7K2M-9QXFA", "7K2M-9QX!", "7K2M-9QXU", "7K2M-9QXÉ", "7K2M\0QXF"] {
            assert_eq!(read(bad, 8), None, "{bad}");
        }
    }
}
