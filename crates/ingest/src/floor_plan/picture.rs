//! A PNG below a floor: how large it is, and where it lies. Its pixels stay with whoever draws it.

use model::limits::PICTURE_PX_MAX;
use model::place::calibration::{Affine, Fit};
use model::place::shape::Polygon;
use model::place::{Floor, Picture};

use super::{Draft, Options, Result, Unreadable, Warning};

/// A residual beyond this is told, metres: about the error of good sensors.
const RESIDUAL_M_MAX: f64 = 0.25;

/// How much longer one axis of a picture may be before it is told.
const UNEVENNESS_MAX: f64 = 1.02;

const MARK: &[u8] = b"\x89PNG\r\n\x1a\n";

pub(super) fn read(bytes: &[u8], options: &Options<'_>) -> Result<Draft> {
    let [width_px, height_px] = size(bytes)?;
    let fit = Affine::fit(options.control_points).map_err(|what| Unreadable::new("the control points", what))?;
    let mut warnings = Vec::new();
    warn_of(&fit, false, &mut warnings);
    let [right, bottom] = [f64::from(width_px), f64::from(height_px)];
    let corners = [[0.0, bottom], [right, bottom], [right, 0.0], [0.0, 0.0]];
    let tenths = |metres: f64| (metres * 10_000.0).round() / 10_000.0 + 0.0;
    let outer = corners.iter().map(|corner| fit.affine.apply(*corner).map(tenths)).collect();
    let outline = Polygon { outer, holes: Vec::new() };
    if let Some(what) = outline.fault() {
        return Err(Unreadable::new("the picture, laid on the floor", what.message));
    }
    let text = "a picture shows no zones: its frame was taken for the outline; draw walls and zones on it";
    warnings.push(Warning::new("outline_guessed", text));
    let floor = Floor {
        id: "floor".to_owned(),
        name: options.name.into(),
        level: options.level,
        outline: outline.into(),
        walkable: None,
        zones: Vec::new(),
        fixtures: Vec::new(),
        gates: Vec::new(),
        picture: Some(Picture {
            file: options.name.to_owned(),
            width_px,
            height_px,
            control_points: options.control_points.to_vec(),
        }),
        frames: Vec::new(),
    };
    Ok(Draft { floors: vec![floor], warnings, fit: Some(fit) })
}

/// Tells what is remarkable of a fit: points that are missed, axes of different lengths, a mirror.
pub(super) fn warn_of(fit: &Fit, y_up: bool, warnings: &mut Vec<Warning>) {
    let residual_m = fit.residual_m();
    if residual_m > RESIDUAL_M_MAX {
        let worst = fit.misses_m.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let worst = worst.map_or(0, |(at, _)| at + 1);
        let text = format!("control points are missed by {residual_m:.2} m, point {worst} by most; is it set right?");
        warnings.push(Warning::new("residual_large", text));
    }
    if fit.affine.unevenness() > UNEVENNESS_MAX {
        let text = format!(
            "one axis is {:.1} % longer than the other; a plan is drawn to one scale, so look at the control points",
            (fit.affine.unevenness() - 1.0) * 100.0
        );
        warnings.push(Warning::new("axes_uneven", text));
    }
    if (fit.affine.determinant() > 0.0) != y_up {
        warnings.push(Warning::new("plan_mirrored", "the control points mirror the plan; are two of them swapped?"));
    }
}

/// Width and height by the first chunk of the file, whose checksum must hold.
fn size(bytes: &[u8]) -> Result<[u32; 2]> {
    let broken = |reason: &str| Err(Unreadable::new("the picture", reason));
    if !bytes.starts_with(MARK) {
        return broken("it is no PNG file; save it as PNG");
    }
    let Some((head, rest)) = bytes[MARK.len()..].split_at_checked(25) else {
        return broken("it ends within its header; fetch it again");
    };
    if head[..8] != *b"\0\0\0\rIHDR" || rest.is_empty() {
        return broken("its header is no PNG's; fetch it again");
    }
    let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let mut sum = flate2::Crc::new();
    sum.update(&head[4..21]);
    if sum.sum() != word(21) {
        return broken("the checksum of its header is wrong; fetch it again");
    }
    let size = [word(8), word(12)];
    if size.iter().any(|side| !(1..=PICTURE_PX_MAX).contains(side)) {
        let reason = format!("{} × {} pixels; at most {PICTURE_PX_MAX} either way", size[0], size[1]);
        return Err(Unreadable::new("the picture", reason));
    }
    Ok(size)
}
