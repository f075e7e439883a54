//! `xinglin logs search`.

use std::{io, ops::ControlFlow, path::Path};

use xinglin_app::logs::{Order, PagesError, Stop, Wanted, each_event};

use super::{Asked, failure, line::Lines, open};
use crate::{
    cli::{OrderArg, SearchArgs},
    commands::{Failure, Outcome},
    printer::Printer,
};

pub(super) fn run(
    args: &SearchArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let asked = Asked::of(&args.asked)?;
    let lake = open(&args.asked.data, content_dir)?;
    let stop = Stop::never();
    let wanted = Wanted {
        query: &asked.query,
        from: asked.from,
        to: asked.to,
        order: match args.order {
            OrderArg::Asc => Order::OldestFirst,
            OrderArg::Desc => Order::NewestFirst,
        },
        most: args.limit,
        stop: &stop,
    };
    let mut lines = Lines::new(printer.stream(), args.json).map_err(Failure::internal)?;
    let given = each_event(&lake, &wanted, &mut |event| {
        lines.push(&event)?;
        Ok(ControlFlow::Continue(()))
    });
    let written = given.and_then(|_| Ok(lines.flush()?));
    match written {
        // A reader that has seen enough (`xinglin … | head`) is no failure.
        Err(PagesError::Sink(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written.map_err(failure)?,
    }
    Ok(Outcome::Done)
}
