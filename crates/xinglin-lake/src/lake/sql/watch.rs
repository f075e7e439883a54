//! Looking whether to stop wherever an engine may go on for long without giving anything.
//!
//! An engine that gives a part of an answer lets others have their turn; one that looks for a
//! pair in the product of two tables does not until it has found some. So its condition looks,
//! too. And what an engine keeps without asking the pool for it, is asked for here.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow_array::RecordBatch;
use arrow_schema::{FieldRef, Schema};
use datafusion::{
    common::{
        DataFusionError, Result,
        tree_node::{Transformed, TreeNode as _, TreeNodeRecursion},
    },
    execution::{SendableRecordBatchStream, TaskContext, memory_pool::MemoryConsumer},
    logical_expr::ColumnarValue,
    physical_expr::PhysicalExpr,
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties,
        coop::make_cooperative,
        execution_plan::replace_children_if_necessary,
        joins::{HashJoinExec, NestedLoopJoinExec, utils::JoinFilter},
        stream::RecordBatchStreamAdapter,
        unnest::UnnestExec,
        windows::{BoundedWindowAggExec, WindowAggExec},
    },
};
use futures_util::StreamExt as _;

use crate::lake::Stop;

/// When a question is to stop, and how large a part of its answer may be.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) stop: Stop,
    pub(super) batch_bytes: usize,
}

impl Watch {
    fn look(&self) -> Result<()> {
        if self.stop.is_now() {
            return Err(DataFusionError::Execution("it was stopped".to_owned()));
        }
        Ok(())
    }

    /// Memory for rows under way is nobody's: the pool has only what is kept.
    fn weigh(&self, batch: &RecordBatch) -> Result<()> {
        if batch.get_array_memory_size() > self.batch_bytes {
            let what = "a part of the answer is too large";
            return Err(DataFusionError::ResourcesExhausted(what.to_owned()));
        }
        Ok(())
    }
}

/// The plan with each step watched.
pub(super) fn watched(
    plan: Arc<dyn ExecutionPlan>,
    watch: &Arc<Watch>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let plan = plan.transform_up(|step| {
        let step = with_filter(weighing(step)?, watch)?;
        if step.downcast_ref::<UnnestExec>().is_some() {
            // A row is repeated for each element, whatever it takes.
            return Err(DataFusionError::Plan("unnest is not available".to_owned()));
        }
        let watched = Watched {
            properties: Arc::clone(step.properties()),
            step,
            watch: Arc::clone(watch),
            is_kept: false,
        };
        Ok(Transformed::yes(Arc::new(watched) as Arc<dyn ExecutionPlan>))
    });
    Ok(plan?.data)
}

/// A step that keeps what it is given until the end, and does not say so to the pool: what it
/// is given is weighed.
fn weighing(step: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let keeps = step.downcast_ref::<WindowAggExec>().is_some()
        || step.downcast_ref::<BoundedWindowAggExec>().is_some();
    if !keeps {
        return Ok(step);
    }
    let given = step.children().into_iter().map(|given| {
        let Some(watched) = given.downcast_ref::<Watched>() else {
            return Arc::clone(given);
        };
        Arc::new(Watched {
            step: Arc::clone(&watched.step),
            properties: Arc::clone(&watched.properties),
            watch: Arc::clone(&watched.watch),
            is_kept: true,
        }) as Arc<dyn ExecutionPlan>
    });
    let given = given.collect();
    replace_children_if_necessary(step, given)
}

/// A join whose condition looks whether to stop.
fn with_filter(step: Arc<dyn ExecutionPlan>, watch: &Arc<Watch>) -> Result<Arc<dyn ExecutionPlan>> {
    if let Some(join) = step.downcast_ref::<NestedLoopJoinExec>()
        && let Some(filter) = join.filter()
    {
        let filter = looking(filter, watch);
        let (left, right) = (Arc::clone(join.left()), Arc::clone(join.right()));
        let columns = join.projection().as_ref().map(|columns| columns.to_vec());
        let join =
            NestedLoopJoinExec::try_new(left, right, Some(filter), join.join_type(), columns)?;
        return Ok(Arc::new(join));
    }
    if let Some(join) = step.downcast_ref::<HashJoinExec>()
        && let Some(filter) = &join.filter
    {
        let filter = looking(filter, watch);
        return join.builder().with_filter(Some(filter)).build_exec();
    }
    Ok(step)
}

fn looking(filter: &JoinFilter, watch: &Arc<Watch>) -> JoinFilter {
    let condition = Condition {
        own: Arc::clone(filter.expression()),
        watch: Arc::clone(watch),
    };
    let columns = filter.column_indices().to_vec();
    JoinFilter::new(Arc::new(condition), columns, Arc::clone(filter.schema()))
}

/// A step of a plan that is watched.
#[derive(Debug)]
struct Watched {
    step: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
    watch: Arc<Watch>,
    /// Whether what it gives is kept by who takes it.
    is_kept: bool,
}

impl DisplayAs for Watched {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}

impl ExecutionPlan for Watched {
    fn name(&self) -> &'static str {
        "Watched"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.step]
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let step = children.pop().unwrap_or_else(|| Arc::clone(&self.step));
        Ok(Arc::new(Self {
            properties: Arc::clone(step.properties()),
            step,
            watch: Arc::clone(&self.watch),
            is_kept: self.is_kept,
        }))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let consumer = MemoryConsumer::new("kept rows");
        let kept = self
            .is_kept
            .then(|| consumer.register(context.memory_pool()));
        let batches = make_cooperative(self.step.execute(partition, context)?);
        let (schema, watch) = (batches.schema(), Arc::clone(&self.watch));
        let watched = move |batch: Result<RecordBatch>| -> Result<RecordBatch> {
            let batch = batch?;
            watch.look()?;
            watch.weigh(&batch)?;
            if let Some(kept) = &kept {
                kept.try_grow(batch.get_array_memory_size())?;
            }
            Ok(batch)
        };
        let batches = batches.map(watched);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

/// A condition that looks whether to stop.
#[derive(Debug)]
struct Condition {
    own: Arc<dyn PhysicalExpr>,
    watch: Arc<Watch>,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.own.eq(&other.own)
    }
}

impl Eq for Condition {}

impl Hash for Condition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.own.hash(state);
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.own, f)
    }
}

impl PhysicalExpr for Condition {
    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        self.watch.look()?;
        self.own.evaluate(batch)
    }

    fn return_field(&self, schema: &Schema) -> Result<FieldRef> {
        self.own.return_field(schema)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.own]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let own = children.pop().unwrap_or_else(|| Arc::clone(&self.own));
        let watch = Arc::clone(&self.watch);
        Ok(Arc::new(Self { own, watch }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.own.fmt_sql(f)
    }
}
