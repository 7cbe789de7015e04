//! The datagrams a phone sends to Syslog_Server (PB §15, WF §9).

/// A whole datagram: priority, time stamp (UTC, from seconds since 1970), then the phone's text. The header's form is
/// undocumented; RFC 3164 without a host name is assumed, facility local0 and severity info (inferred).
pub fn datagram(unix_seconds: u64, text: &str) -> Vec<u8> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (month, day) = civil(unix_seconds / 86_400);
    let month = MONTHS.get(month).copied().unwrap_or("Jan");
    let second = unix_seconds % 86_400;
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    format!("<134>{month} {day:2} {hours:02}:{minutes:02}:{seconds:02} {text}").into_bytes()
}

/// Month from 0 and day from 1, of a day counted from 1 January 1970.
fn civil(day: u64) -> (usize, u64) {
    let mut day = day % 146_097; // 400 years repeat; 1970 lies 30 years before such a period's leap day
    let mut year = 1970;
    loop {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for (month, length) in lengths.into_iter().enumerate() {
            if day < length {
                return (month, day + 1);
            }
            day -= length;
        }
        year += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_stamp_is_that_of_the_calendar() {
        let text = |seconds| String::from_utf8_lossy(&datagram(seconds, "hello")).into_owned();
        assert_eq!(text(0), "<134>Jan  1 00:00:00 hello");
        assert_eq!(text(951_782_400), "<134>Feb 29 00:00:00 hello");
        assert_eq!(text(1_735_689_599), "<134>Dec 31 23:59:59 hello");
    }
}
