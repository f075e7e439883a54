//! An event log file of Windows, made by hand: one chunk, a template, and records of it.

/// Where the records of the chunk begin.
const RECORDS_AT: usize = 512;

/// A chunk in the making.
struct Chunk(Vec<u8>);

impl Chunk {
    fn short(&mut self, number: usize) {
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        self.0.extend(number.to_le_bytes());
    }

    fn long(&mut self, number: usize) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.0.extend(number.to_le_bytes());
    }

    fn long_at(&mut self, at: usize, number: usize) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        if let Some(place) = self.0.get_mut(at..at + 4) {
            place.copy_from_slice(&number.to_le_bytes());
        }
    }

    /// A name that stands here.
    fn name(&mut self, name: &str) {
        let here = self.0.len() + 4;
        self.long(here);
        self.long(0);
        self.short(0);
        self.short(name.encode_utf16().count());
        self.0.extend(wide(name));
        self.short(0);
    }

    fn open(&mut self, name: &str, has_attributes: bool) {
        self.0.push(if has_attributes { 0x41 } else { 0x01 });
        self.short(0);
        self.long(0);
        self.name(name);
        if has_attributes {
            self.long(0);
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.0.push(0x06);
        self.name(name);
        self.0.extend([0x05, 0x01]);
        self.short(value.encode_utf16().count());
        self.0.extend(wide(value));
    }

    /// An element whose text is a value of the template.
    fn element(&mut self, name: &str, value: usize, kind: u8) {
        self.open(name, false);
        self.0.push(0x02);
        self.substitute(value, kind);
        self.0.push(0x04);
    }

    fn substitute(&mut self, value: usize, kind: u8) {
        self.0.push(0x0e);
        self.short(value);
        self.0.push(kind);
    }

    /// The template: what the system says, and data.
    fn definition(&mut self, remark: &str) {
        self.0.extend([0x0f, 1, 1, 0]);
        self.open("Event", true);
        self.attribute(
            "xmlns",
            "http://schemas.microsoft.com/win/2004/08/events/event",
        );
        self.0.push(0x02);
        self.open("System", false);
        self.0.push(0x02);
        self.open("Provider", true);
        self.attribute("Name", "Microsoft-Windows-Security-Auditing");
        self.0.push(0x03);
        self.element("EventID", 0, 0x06);
        self.open("TimeCreated", true);
        self.0.push(0x06);
        self.name("SystemTime");
        self.substitute(1, 0x11);
        self.0.push(0x03);
        self.element("EventRecordID", 2, 0x0a);
        self.open("Correlation", true);
        self.0.push(0x06);
        self.name("ActivityID");
        self.substitute(6, 0x0f);
        self.0.push(0x03);
        self.element("Channel", 3, 0x01);
        self.element("Computer", 4, 0x01);
        self.0.push(0x04);
        self.open("EventData", false);
        self.0.push(0x02);
        self.open("Data", true);
        self.attribute("Name", "TargetUserName");
        self.0.push(0x02);
        self.substitute(5, 0x01);
        self.0.push(0x04);
        self.element("Data", 7, 0x81);
        if !remark.is_empty() {
            self.open("Remark", true);
            self.attribute("Text", remark);
            self.0.push(0x03);
        }
        self.0.extend([0x04, 0x04, 0x00]);
    }

    /// A record; the first brings the template with it.
    fn record(&mut self, id: u64, template: &mut Option<usize>, user: &str, remark: &str) {
        let begin = self.0.len();
        self.0.extend(b"\x2a\x2a\0\0");
        self.long(0);
        self.0.extend(id.to_le_bytes());
        let time: u64 = 134_274_357_000_000_000;
        self.0.extend(time.to_le_bytes());
        self.0.extend([0x0f, 1, 1, 0, 0x0c, 1]);
        self.long(0);
        let here = self.0.len() + 4;
        self.long(template.unwrap_or(here));
        if template.is_none() {
            *template = Some(here);
            self.long(0);
            self.0.extend([0; 16]);
            self.long(0);
            let first = self.0.len();
            self.definition(remark);
            self.long_at(first - 4, self.0.len() - first);
        }
        let values: [(u8, Vec<u8>); 8] = [
            (0x06, 4_625_u16.to_le_bytes().to_vec()),
            (0x11, time.to_le_bytes().to_vec()),
            (0x0a, id.to_le_bytes().to_vec()),
            (0x01, wide("Security")),
            (0x01, wide("DC1.example.org")),
            (0x01, wide(user)),
            (0x00, Vec::new()),
            (0x81, wide("first\0second & third\0")),
        ];
        self.long(values.len());
        for (kind, bytes) in &values {
            self.short(bytes.len());
            self.0.extend([*kind, 0]);
        }
        for (_, bytes) in values {
            self.0.extend(bytes);
        }
        let size = self.0.len() + 4 - begin;
        self.long(size);
        self.long_at(begin + 4, size);
    }
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A file with a record for each user. Only the header of the file and what is written of the
/// one chunk; it ends with its last record.
pub(crate) fn file(users: &[&str]) -> Vec<u8> {
    file_with_remark(users, "")
}

/// As `file`, with a remark that all records have of their template.
pub(crate) fn file_with_remark(users: &[&str], remark: &str) -> Vec<u8> {
    let mut chunk = Chunk(b"ElfChnk\0".to_vec());
    chunk.0.resize(RECORDS_AT, 0);
    let mut template = None;
    for (id, user) in (1..).zip(users) {
        chunk.record(id, &mut template, user, remark);
    }
    chunk.long_at(48, chunk.0.len());
    let mut file = b"ElfFile\0".to_vec();
    file.resize(4_096, 0);
    file.extend(chunk.0);
    file
}
