//! Colours of the light and the dark map: those of the web app (`web/src/ui/tokens.css`; a test compares them).

/// Which of the two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Light,
    Dark,
}

/// The colours of one theme, as `#rrggbb`.
#[derive(Debug)]
pub(crate) struct Palette {
    pub(crate) bg: &'static str,
    pub(crate) surface: &'static str,
    pub(crate) sunken: &'static str,
    pub(crate) line: &'static str,
    pub(crate) line_strong: &'static str,
    pub(crate) text: &'static str,
    pub(crate) text_2: &'static str,
    pub(crate) text_3: &'static str,
    pub(crate) accent_weak: &'static str,
    pub(crate) good: &'static str,
    pub(crate) bad: &'static str,
    pub(crate) bad_weak: &'static str,
    /// The blue ramp, from its first step.
    pub(crate) ramp: [&'static str; 7],
    /// Text on the ramp's first four steps and on its last three.
    pub(crate) ramp_low_text: &'static str,
    pub(crate) ramp_high_text: &'static str,
    pub(crate) forward: &'static str,
    pub(crate) back: &'static str,
    pub(crate) goal: &'static str,
    pub(crate) leave: &'static str,
    pub(crate) open: &'static str,
}

impl Theme {
    pub(crate) fn palette(self) -> &'static Palette {
        match self {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }
}

impl Palette {
    /// Fill and text of a value among values up to `max`; by square root, as in the web app: reach is skewed, and
    /// small must stay visible. None where there is nothing to colour.
    pub(crate) fn heat(&self, value: f64, max: f64) -> Option<(&'static str, &'static str)> {
        if value <= 0.0 || max <= 0.0 {
            return None;
        }
        let steps = self.ramp.len();
        let step = (((value / max).sqrt() * steps as f64).ceil() as usize).clamp(1, steps);
        let text = if step <= 4 { self.ramp_low_text } else { self.ramp_high_text };
        Some((self.ramp[step - 1], text))
    }
}

static LIGHT: Palette = Palette {
    bg: "#f6f7f9",
    surface: "#ffffff",
    sunken: "#f1f3f6",
    line: "#e4e7ec",
    line_strong: "#8993a3",
    text: "#18202d",
    text_2: "#465062",
    text_3: "#5b6676",
    accent_weak: "#e7eefb",
    good: "#1d56b8",
    bad: "#a84700",
    bad_weak: "#fdf0e4",
    ramp: ["#f0f5fd", "#dfeafb", "#c3d9f8", "#9dc0f2", "#2f6ac6", "#1c4a93", "#0f3568"],
    ramp_low_text: "#18202d",
    ramp_high_text: "#ffffff",
    forward: "#3b74d1",
    back: "#e37102",
    goal: "#007356",
    leave: "#8a93a1",
    open: "#c4cad3",
};

static DARK: Palette = Palette {
    bg: "#0f141c",
    surface: "#171e28",
    sunken: "#121821",
    line: "#2a3443",
    line_strong: "#738093",
    text: "#e7ebf1",
    text_2: "#b4becb",
    text_3: "#98a4b4",
    accent_weak: "#1f3050",
    good: "#86b3ff",
    bad: "#f3a162",
    bad_weak: "#38271a",
    ramp: ["#1b283d", "#203350", "#264066", "#2c4d80", "#6c9ff0", "#8fb8f7", "#b5d1fb"],
    ramp_low_text: "#e7ebf1",
    ramp_high_text: "#0b1526",
    forward: "#5089ec",
    back: "#e07a2f",
    goal: "#3fbf8f",
    leave: "#7a8696",
    open: "#465264",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_are_those_of_the_web_app() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/src/ui/tokens.css");
        let css = std::fs::read_to_string(path).unwrap();
        let of = |token: &str| -> [String; 2] {
            let start = css.find(&format!("--{token}: light-dark(")).unwrap_or_else(|| panic!("no token {token}"));
            let inner = css[start..].split_once("light-dark(").unwrap().1.split_once(");").unwrap().0;
            let (light, dark) = inner.split_once(", ").unwrap();
            [light.to_owned(), dark.to_owned()]
        };
        for (at, palette) in [&LIGHT, &DARK].into_iter().enumerate() {
            let named = [
                ("bg", palette.bg),
                ("surface", palette.surface),
                ("sunken", palette.sunken),
                ("line", palette.line),
                ("line-strong", palette.line_strong),
                ("text", palette.text),
                ("text-2", palette.text_2),
                ("text-3", palette.text_3),
                ("accent-weak", palette.accent_weak),
                ("good", palette.good),
                ("bad", palette.bad),
                ("bad-weak", palette.bad_weak),
                ("seq-low-text", palette.ramp_low_text),
                ("seq-high-text", palette.ramp_high_text),
                ("flow-forward", palette.forward),
                ("flow-back", palette.back),
                ("flow-goal", palette.goal),
                ("flow-leave", palette.leave),
                ("flow-open", palette.open),
            ];
            for (token, colour) in named {
                assert_eq!(of(token)[at], colour, "{token}");
            }
            for (step, colour) in palette.ramp.iter().enumerate() {
                assert_eq!(of(&format!("seq-{}", step + 1))[at], *colour, "seq-{}", step + 1);
            }
        }
    }

    #[test]
    fn heat_grows_with_the_value() {
        assert_eq!(LIGHT.heat(0.0, 5.0), None);
        assert_eq!(LIGHT.heat(1.0, 0.0), None);
        assert_eq!(LIGHT.heat(0.001, 5.0), Some((LIGHT.ramp[0], LIGHT.ramp_low_text)));
        assert_eq!(LIGHT.heat(5.0, 5.0), Some((LIGHT.ramp[6], LIGHT.ramp_high_text)));
    }
}
