//! The SQL function over traffic rules.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::Array as _;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::DataFusionError;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use lake::schema::CHANNEL;
use model::traffic::Classifier;

use super::groups;

/// `channel_group(utm_source, utm_medium, utm_campaign, referrer, page, channel)`: the group an event of these would
/// have, by the rules of the snapshot that is read. Arguments may be left out from the right, and be null.
#[derive(Debug, Clone)]
pub(crate) struct ChannelGroup {
    classifier: Arc<Classifier>,
    signature: Signature,
}

/// What the arguments are, in order.
const ARGUMENTS: [&str; 6] = ["utm_source", "utm_medium", "utm_campaign", "referrer", "page", CHANNEL];

impl ChannelGroup {
    pub(crate) fn new(classifier: Arc<Classifier>) -> ChannelGroup {
        let counts = (1..=ARGUMENTS.len()).map(|count| TypeSignature::Uniform(count, vec![DataType::Utf8]));
        ChannelGroup { classifier, signature: Signature::one_of(counts.collect(), Volatility::Immutable) }
    }
}

impl PartialEq for ChannelGroup {
    fn eq(&self, other: &ChannelGroup) -> bool {
        self.classifier.fingerprint() == other.classifier.fingerprint()
    }
}

impl Eq for ChannelGroup {}

impl Hash for ChannelGroup {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.classifier.fingerprint().hash(state);
    }
}

impl ScalarUDFImpl for ChannelGroup {
    fn name(&self) -> &str {
        "channel_group"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let rows = arrays.first().map_or(args.number_rows, |array| array.len());
        let columns = ARGUMENTS.into_iter().zip(arrays).collect();
        let groups = groups(&self.classifier, rows, &columns)?;
        Ok(ColumnarValue::Array(cast(&groups, &DataType::Utf8)?))
    }
}
