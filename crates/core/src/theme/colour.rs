//! A colour, and how well it is told from another one. Source: WCAG 2.2, "relative luminance" and "contrast ratio".

/// Of sRGB, without transparency: `0xRRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u32);

/// A colour that lets through what is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    pub colour: Colour,
    /// In parts of 255; 255 lets nothing through.
    pub alpha: u32,
}

pub const BLACK: Colour = Colour(0);
pub const WHITE: Colour = Colour(0xff_ffff);

impl Colour {
    fn channels(self) -> [u32; 3] {
        [16, 8, 0].map(|shift| self.0 >> shift & 0xff)
    }

    pub fn hex(self) -> String {
        format!("#{:06x}", self.0)
    }

    /// 0 is black, 1 is white.
    pub fn luminance(self) -> f32 {
        let [red, green, blue] = self.channels().map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// From 1 to 21, whichever of the two is the darker one.
    pub fn contrast(self, other: Colour) -> f32 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > two { one / two } else { two / one }
    }

    /// Black or white, whichever is seen better on this; it has more than 4.5:1 on any colour.
    pub fn opposite(self) -> Colour {
        match self.contrast(WHITE) > self.contrast(BLACK) {
            true => WHITE,
            false => BLACK,
        }
    }

    /// So many of `all` parts of the way to the other colour.
    pub fn mix(self, other: Colour, parts: u32, all: u32) -> Colour {
        let (from, to) = (self.channels(), other.channels());
        let mut mixed = 0;
        for (from, to) in from.into_iter().zip(to) {
            mixed = (mixed << 8) | ((from * (all - parts) + to * parts + all / 2) / all);
        }
        Colour(mixed)
    }
}

impl Paint {
    /// As a browser writes a colour that it has read, by the HTML standard's "serialisation of a colour":
    /// `#1756d6`, or `rgba(18, 25, 38, 0.46)`.
    pub fn read(text: &str) -> Option<Paint> {
        if let Some(hex) = text.strip_prefix('#') {
            let colour = Colour(u32::from_str_radix(hex, 16).ok()?);
            return (hex.len() == 6).then_some(Paint { colour, alpha: 255 });
        }
        let figures = text.strip_prefix("rgba(")?.strip_suffix(')')?;
        let (figures, alpha) = figures.rsplit_once(',')?;
        let mut colour = 0;
        for figure in figures.split(',') {
            colour = colour << 8 | figure.trim().parse::<u32>().ok()? & 0xff;
        }
        Some(Paint {
            colour: Colour(colour & 0xff_ffff),
            alpha: fraction(alpha.trim()),
        })
    }

    /// What is seen of it over a ground.
    pub fn over(self, ground: Colour) -> Colour {
        ground.mix(self.colour, self.alpha, 255)
    }
}

/// `0.46` in parts of 255.
fn fraction(text: &str) -> u32 {
    let Some((_, digits)) = text.split_once('.') else {
        return if text == "1" { 255 } else { 0 };
    };
    let (mut value, mut unit) = (0, 1);
    for digit in digits.bytes().take(4).filter(u8::is_ascii_digit) {
        value = value * 10 + u32::from(digit - b'0');
        unit *= 10;
    }
    value * 255 / unit
}

/// How much light a channel gives. There is no power function that would not be a kilobyte: x^2.4 is x² and the fifth root
/// of x².
fn linear(channel: u32) -> f32 {
    let value = channel as f32 / 255.0;
    if value <= 0.04045 {
        return value / 12.92;
    }
    let value = (value + 0.055) / 1.055;
    let square = value * value;
    let mut root = square.sqrt().sqrt();
    for _ in 0..4 {
        root = (4.0 * root + square / (root * root * root * root)) / 5.0;
    }
    square * root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_light_of_a_channel_is_what_the_formula_says() {
        for channel in 0..=255u32 {
            let value = f64::from(channel) / 255.0;
            let exact = match value <= 0.04045 {
                true => value / 12.92,
                false => ((value + 0.055) / 1.055).powf(2.4),
            };
            let found = f64::from(linear(channel));
            assert!((found - exact).abs() < 1e-6, "{channel}: {found} {exact}");
        }
    }

    #[test]
    fn contrast_is_what_others_measure() {
        for (one, other, expected) in [
            (0x00_0000, 0xff_ffff, 21.0),
            (0x77_7777, 0xff_ffff, 4.478),
            (0x76_7676, 0xff_ffff, 4.542),
            (0xff_0000, 0xff_ffff, 3.998),
            (0x17_56d6, 0x17_56d6, 1.0),
        ] {
            let found = Colour(one).contrast(Colour(other));
            assert!((found - expected).abs() < 0.001, "{one:x}: {found}");
        }
    }

    #[test]
    fn black_or_white_can_be_read_on_every_grey() {
        for grey in 0..=255u32 {
            let ground = Colour(grey << 16 | grey << 8 | grey);
            assert!(ground.contrast(ground.opposite()) > 4.5, "{grey}");
        }
    }

    #[test]
    fn a_colour_is_read_as_a_browser_writes_it() {
        let read = |text| Paint::read(text).map(|paint| (paint.colour.0, paint.alpha));
        assert_eq!(read("#1756d6"), Some((0x17_56d6, 255)));
        assert_eq!(read("rgba(18, 25, 38, 0.46)"), Some((0x12_1926, 117)));
        assert_eq!(read("rgba(18, 25, 38, 0)"), Some((0x12_1926, 0)));
        assert_eq!(read("rgba(18, 25, 38, 1)"), Some((0x12_1926, 255)));
        assert_eq!(read("#123"), None);
        assert_eq!(read("red"), None);
        assert_eq!(read("rgba(a, b, c, d)"), None);
        let half = Paint::read("rgba(0, 0, 0, 0.5)").expect("a colour");
        assert_eq!(half.over(WHITE), Colour(0x80_8080));
    }
}
