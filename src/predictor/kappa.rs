//! How far a predictor errs: its forecast of shares is a mixture over its draws of Dirichlet(kappa x share).
//!
//! kappa is one constant per predictor and view, the one of 2, 3, 5, 7, 10, 14, 20, 28, … 320 with the best energy score on
//! the studies that predictors are tuned on (`shardbed bench-predictors --only tuning`), on which the gradient
//! steps of [mix](crate::predictor::mix) were chosen as well, and on these and the shipped studies those of
//! [kernel](crate::predictor::kernel), its states and its speed; a predictor has no other fit to measurements. One that
//! is changed is fitted anew, and its version raised.

use crate::study::Study;
use crate::world::spec::View;

/// One number above 0 for each kind of view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kappa {
    /// `view offsets` and `view window`.
    pub relative: f64,
    /// `view all`.
    pub pixel: f64,
}

impl Kappa {
    /// That of a study.
    pub fn of(self, study: &Study) -> f64 {
        match study.world.view {
            View::All => self.pixel,
            View::Window(_) | View::Offsets => self.relative,
        }
    }
}
