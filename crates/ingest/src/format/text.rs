//! A text stream of any encoding as UTF-8 bytes that can be looked at ahead.
//!
//! Bytes that are no text in their encoding become the byte 0xFF, which no UTF-8 text holds: the row they stand in
//! then fails the one check for UTF-8, whatever the encoding of the file.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, UTF_8};

const CHUNK: usize = 128 << 10;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads UTF-8 from a stream in any encoding; a byte order mark is dropped.
pub(crate) struct TextStream {
    inner: Box<dyn Read + Send>,
    /// `None` for UTF-8, which is passed through.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    buffer: Vec<u8>,
    start: usize,
    is_ended: bool,
    is_begun: bool,
}

impl TextStream {
    pub(crate) fn new(inner: Box<dyn Read + Send>, encoding: &'static Encoding) -> TextStream {
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal());
        let (buffer, raw) = (Vec::with_capacity(2 * CHUNK), Vec::new());
        TextStream { inner, decoder, raw, buffer, start: 0, is_ended: false, is_begun: false }
    }

    /// What has been read and not been consumed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Whether [`TextStream::bytes`] reaches to the end of the file.
    pub(crate) fn is_ended(&self) -> bool {
        self.is_ended
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.start += count;
    }

    /// Reads more behind what there is.
    pub(crate) fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let before = self.buffer.len();
        while !self.is_ended && self.buffer.len() == before {
            self.read_chunk()?;
        }
        if !self.is_begun && (self.buffer.len() >= BOM.len() || self.is_ended) {
            self.is_begun = true;
            if self.buffer.starts_with(BOM) {
                self.start = BOM.len();
            }
        }
        Ok(())
    }

    fn read_chunk(&mut self) -> io::Result<()> {
        let target = if self.decoder.is_some() { &mut self.raw } else { &mut self.buffer };
        let before = target.len();
        target.resize(before + CHUNK, 0);
        let result = loop {
            match self.inner.read(&mut target[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        target.truncate(before + *result.as_ref().unwrap_or(&0));
        self.is_ended = result? == 0;
        if let Some(decoder) = &mut self.decoder {
            decode(decoder, &self.raw, self.is_ended, &mut self.buffer);
            self.raw.clear();
        }
        Ok(())
    }
}

fn decode(decoder: &mut Decoder, mut raw: &[u8], is_last: bool, out: &mut Vec<u8>) {
    loop {
        let filled = out.len();
        let room = decoder.max_utf8_buffer_length_without_replacement(raw.len()).unwrap_or(raw.len() * 4 + 16);
        out.resize(filled + room, 0);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(raw, &mut out[filled..], is_last);
        out.truncate(filled + written);
        raw = &raw[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => out.push(0xff),
        }
    }
}

/// The whole of a head of a file as text, with what is no text replaced: for looking at, not for keeping.
pub(crate) fn head_text(head: &[u8], encoding: &'static Encoding) -> String {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(head.len()).unwrap_or(head.len() * 3));
    let (result, _, _) = decoder.decode_to_string(head, &mut text, false);
    debug_assert_eq!(result, CoderResult::InputEmpty);
    text
}
