//! What is said in the clear before STARTTLS takes effect: a greeting, EHLO, and the question itself (RFC 3207 §4).
//!
//! Nothing that was heard here is used afterwards but that the server goes on. Bytes that came with the last answer were
//! not encrypted, and whoever sent them may not be the server: the connection ends there.

use crate::error::{Cause, Error, Stage, cleaned};
use std::io;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// RFC 5321 §4.5.3.1.5 says 512 bytes; some servers say more.
const LONGEST_LINE: u64 = 1024;
const MOST_LINES: usize = 64;

/// An answer of the server.
struct Answer {
    code: u16,
    lines: Vec<String>,
}

/// Asks the server to begin TLS, and gives the connection back when it is about to.
pub(crate) async fn start_tls(tcp: TcpStream, hello: &str) -> Result<TcpStream, Error> {
    let mut line = BufReader::new(tcp);
    expect(&mut line, Stage::Greeting, 220).await?;
    say(&mut line, &format!("EHLO {hello}\r\n")).await?;
    let offers = expect(&mut line, Stage::Greeting, 250).await?;
    // RFC 5321 §4.1.1.1: the first line is a greeting, and each further one an offer.
    if !offers.lines.iter().skip(1).any(|offer| offer.trim().eq_ignore_ascii_case("STARTTLS")) {
        return Err(Error::new(Stage::Tls, Cause::NoStartTls));
    }
    say(&mut line, "STARTTLS\r\n").await?;
    expect(&mut line, Stage::Tls, 220).await?;
    if !line.buffer().is_empty() {
        return Err(Error::new(Stage::Tls, Cause::Injected));
    }
    Ok(line.into_inner())
}

async fn say(line: &mut BufReader<TcpStream>, words: &str) -> Result<(), Error> {
    line.write_all(words.as_bytes()).await.map_err(|error| broken(Stage::Greeting, &error))
}

async fn expect(line: &mut BufReader<TcpStream>, stage: Stage, code: u16) -> Result<Answer, Error> {
    let answer = heard(line).await.map_err(|error| broken(stage, &error))?;
    if answer.code == code {
        return Ok(answer);
    }
    let words = cleaned(&answer.lines.join(" "));
    Err(Error::new(stage, Cause::Refused { code: answer.code, words }))
}

/// RFC 5321 §4.2.1: lines of `250-` and a last one of `250 `.
async fn heard(line: &mut BufReader<TcpStream>) -> io::Result<Answer> {
    let odd = || io::Error::new(io::ErrorKind::InvalidData, "an answer that is none of SMTP");
    let mut lines = Vec::new();
    while lines.len() < MOST_LINES {
        let mut text = Vec::new();
        (&mut *line).take(LONGEST_LINE).read_until(b'\n', &mut text).await?;
        if text.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        let (code, rest) = text.split_at_checked(3).filter(|_| text.ends_with('\n')).ok_or_else(odd)?;
        let code = code.parse().ok().filter(|code| (200..600).contains(code)).ok_or_else(odd)?;
        lines.push(rest.get(1..).unwrap_or_default().trim_end().to_owned());
        if !rest.starts_with('-') {
            return Ok(Answer { code, lines });
        }
    }
    Err(odd())
}

fn broken(stage: Stage, error: &io::Error) -> Error {
    Error::new(stage, Cause::Broken(error.to_string()))
}
