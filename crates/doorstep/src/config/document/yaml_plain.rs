//! What text without quotes means in YAML: read where every version and every reader agrees, and refused where they
//! do not. YAML 1.1 takes `no` for false, `0777` for 511, `12:30` for 750 and `2026-01-01` for a date; YAML 1.2 does not.

use serde_json::{Number, Value};

/// What a text without quotes is.
#[derive(Debug, PartialEq)]
pub(super) enum Plain {
    /// The same everywhere.
    Read(Value),
    /// Different from one reader to the next: what is wrong, and what to write.
    Trap(String, String),
}

const YES: [&str; 8] = ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"];
const NO: [&str; 8] = ["n", "N", "no", "No", "NO", "off", "Off", "OFF"];

/// Reads it.
pub(super) fn read(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Plain::Read(Value::Null),
        "true" | "True" | "TRUE" => return Plain::Read(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Plain::Read(Value::Bool(false)),
        _ => {}
    }
    for (words, meant) in [(YES, "true"), (NO, "false")] {
        if words.contains(&text) {
            let what = format!("`{text}` without quotes is {meant} to some readers of YAML and text to others");
            return Plain::Trap(what, format!("write {meant}, or \"{text}\" for the text"));
        }
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return Plain::Read(text.into());
    }
    number(text)
}

/// Text that begins as a number does.
fn number(text: &str) -> Plain {
    // YAML 1.1 reads over `_` in a number of any kind; YAML 1.2 knows none in one.
    if text.contains('_') {
        return match number(&text.replace('_', "")) {
            Plain::Read(Value::String(_)) => Plain::Read(text.into()),
            _ => trap("a number to some readers of YAML and text to others"),
        };
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_whole = |text: &str| !text.is_empty() && text.chars().all(|one| one.is_ascii_digit());
    if let Some(hex) = digits.strip_prefix("0x").filter(|hex| hex.chars().all(|one| one.is_ascii_hexdigit())) {
        let read = i64::from_str_radix(hex, 16).ok().filter(|_| digits == text);
        return read.map_or_else(|| trap("a hexadecimal number"), |read| Plain::Read(read.into()));
    }
    if digits.strip_prefix("0o").or_else(|| digits.strip_prefix("0b")).is_some_and(is_whole) {
        return trap("an octal or binary number");
    }
    if is_whole(digits) {
        if digits.len() > 1 && digits.starts_with('0') {
            return trap("an octal number to some readers of YAML and a decimal one to others");
        }
        let read = text.parse::<i64>();
        return read.map_or_else(|_| trap("a number that is too large"), |read| Plain::Read(read.into()));
    }
    if is_sexagesimal(digits) {
        return trap("a number in base 60 to some readers of YAML and text to others");
    }
    if is_date(digits) {
        return trap("a date to some readers of YAML and text to others");
    }
    if matches!(digits.to_ascii_lowercase().as_str(), ".inf" | ".nan") {
        return trap("no finite number");
    }
    fraction(text, digits)
}

fn fraction(text: &str, digits: &str) -> Plain {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let is_mantissa = mantissa.chars().any(|one| one.is_ascii_digit())
        && mantissa.chars().all(|one| one.is_ascii_digit() || one == '.')
        && mantissa.matches('.').count() <= 1;
    let unsigned = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let is_exponent =
        unsigned.is_none_or(|unsigned| !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit()));
    if !(is_mantissa && is_exponent) {
        return Plain::Read(text.into());
    }
    // YAML 1.1 takes no exponent without a point before it and a sign in it.
    if exponent.is_some() && !(mantissa.contains('.') && unsigned != exponent) {
        return trap("a number to some readers of YAML and text to others");
    }
    let read = text.strip_prefix('+').unwrap_or(text).parse().ok().and_then(Number::from_f64);
    read.map_or_else(|| trap("a number that is too large"), |read| Plain::Read(Value::Number(read)))
}

fn trap(what: &str) -> Plain {
    Plain::Trap(
        format!("what stands here without quotes is {what}"),
        "write it in quotes if it is text, and in plain decimal digits if it is a number".to_owned(),
    )
}

/// `190:20:30`, which YAML 1.1 reads as 685230.
fn is_sexagesimal(digits: &str) -> bool {
    let digits = digits.split_once('.').map_or(digits, |(whole, _)| whole);
    let mut parts = digits.split(':');
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let first = parts.next().is_some_and(numeric);
    let rest: Vec<&str> = parts.collect();
    let in_base_60 = |part: &&str| numeric(part) && part.parse::<u8>().is_ok_and(|part| part < 60);
    first && !rest.is_empty() && rest.iter().all(in_base_60)
}

fn is_date(digits: &str) -> bool {
    let day = digits.split(['T', 't', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split('-').collect();
    let numeric =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.as_slice(), [year, month, day] if year.len() == 4 && numeric(year, 4) && numeric(month, 2) && numeric(day, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_every_reader_agrees_on_is_read_exactly() {
        for (text, value) in [
            ("admins", json!("admins")),
            ("https://a.example", json!("https://a.example")),
            ("127.0.0.1:8480", json!("127.0.0.1:8480")),
            ("28d", json!("28d")),
            ("10.0.0.0/8", json!("10.0.0.0/8")),
            ("1.2.3", json!("1.2.3")),
            ("-", json!("-")),
            ("...x", json!("...x")),
            ("2048-game", json!("2048-game")),
            ("1_a", json!("1_a")),
            ("2_factor", json!("2_factor")),
            ("-_-", json!("-_-")),
            ("._.", json!("._.")),
            ("+_x", json!("+_x")),
            ("10_0.0.1.5/8", json!("10_0.0.1.5/8")),
            ("nobody", json!("nobody")),
            ("true", json!(true)),
            ("False", json!(false)),
            ("null", json!(null)),
            ("~", json!(null)),
            ("0", json!(0)),
            ("-12", json!(-12)),
            ("0x1F", json!(31)),
            ("1.5", json!(1.5)),
            ("-.5", json!(-0.5)),
            ("1.5e+3", json!(1500.0)),
        ] {
            assert_eq!(read(text), Plain::Read(value), "{text}");
        }
    }

    #[test]
    fn what_readers_read_differently_is_refused() {
        for text in [
            "no",
            "NO",
            "Off",
            "y",
            "on",
            "yes",
            "0777",
            "007",
            "-012",
            "0o17",
            "0b11",
            "1_000",
            "-1_000",
            "1_000.5",
            "1_0.5_0",
            "._5",
            "1_0.5e+3",
            "1_0e3",
            "0x1_F",
            "0x_1F",
            "-0x1_F",
            "0b1_0",
            "0o1_7",
            "01_7",
            "1_0:30",
            "1_90:20:30.5_0",
            "-0b11",
            "-_5",
            "12:30",
            "190:20:30.5",
            "2026-01-01",
            "2026-1-1T00:00:00Z",
            "1e3",
            "1.5e3",
            ".inf",
            "-.INF",
            ".NaN",
            "9223372036854775808",
            "+0x1F",
            "1.0e+999",
        ] {
            assert!(matches!(read(text), Plain::Trap(..)), "{text}");
        }
    }
}
