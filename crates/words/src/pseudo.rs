//! The made-up language of tests: `⟦` and `⟧` around each message, other letters, a third longer.

/// A message as the made-up language has it. Marks of places and `<tags>` stay what they are.
pub(crate) fn of(text: &str) -> String {
    let mut out = String::from('⟦');
    let mut in_tag = false;
    let mut letters = 0_usize;
    for c in text.chars() {
        in_tag = (in_tag || c == '<') && c != '>';
        let other = if in_tag { c } else { other(c) };
        letters += usize::from(other != c);
        out.push(other);
    }
    for at in 0..letters.div_ceil(3) {
        if at % 8 == 0 {
            out.push(' ');
        }
        out.push('ó');
    }
    out.push('⟧');
    out
}

fn other(c: char) -> char {
    match c {
        'a' => 'á',
        'e' => 'é',
        'i' => 'í',
        'o' => 'ó',
        'u' => 'ú',
        'n' => 'ñ',
        'A' => 'Á',
        'E' => 'É',
        'I' => 'Í',
        'O' => 'Ó',
        'U' => 'Ú',
        c => c,
    }
}
