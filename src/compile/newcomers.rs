//! `answer unknown phones as FLEET`: devices that are not of the program are told the way that a fleet's phones take.

use super::Compiler;
use super::networks::Placed;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::Answers;

impl Compiler<'_> {
    /// After the fleets: what leads their phones here is known then.
    pub(super) fn newcomers(&mut self) {
        let checked = self.checked;
        let programs = checked.program.networks.iter().zip(self.placed.clone());
        for (network, placed) in programs {
            let Some(Answers::UnknownAs(named)) = network.answers.as_ref().map(|at| &at.value) else { continue };
            let Some(fleet) = checked.program.fleets.get(named.value) else { continue };
            let (name, here) = (&fleet.name.value, &network.name.value);
            // One with an error of its own is not in the plan.
            let planned = self.plan.fleets.iter().position(|planned| planned.id == *name);
            let Some(position) = planned else { continue };
            let Some(planned) = self.plan.fleets.get(position) else { continue };
            let on_it = match placed {
                Placed::V4(number) => planned.networks.contains(&number),
                Placed::V6(number) => planned.networks6.contains(&number),
                Placed::Nowhere => continue,
            };
            if !on_it {
                let finding = Diagnostic::new(Code::P0901, named.span, format!("fleet `{name}` is not on `{here}`"))
                    .because("an unknown phone on this network would be told what leads phones on another one")
                    .label(fleet.name.span, "the fleet")
                    .help(format!("add `network {here}` to the fleet, or name a fleet that has it"));
                self.report(finding);
                continue;
            }
            let tells = planned.bootstrap.as_ref().is_some_and(|bootstrap| match placed {
                Placed::V6(_) => !bootstrap.options6.is_empty(),
                Placed::V4(_) | Placed::Nowhere => !bootstrap.options.is_empty(),
            });
            if !tells {
                let finding = Diagnostic::new(Code::P0212, named.span, format!("fleet `{name}` has no option to tell"))
                    .because("its phones come here by no option of DHCP, so that unknown ones would not either")
                    .label(fleet.name.span, "the fleet")
                    .help(match placed {
                        Placed::V6(_) => "give it `bootstrap dhcp v6 159`, or another option that phones look at",
                        Placed::V4(_) | Placed::Nowhere => {
                            "give it `bootstrap dhcp 66`, or another option that phones look at"
                        }
                    });
                self.report(finding.note("PB §5"));
                continue;
            }
            let unknown_as = match placed {
                Placed::V4(number) => self.plan.networks.get_mut(number).map(|network| &mut network.unknown_as),
                Placed::V6(number) => self.plan.networks6.get_mut(number).map(|network| &mut network.unknown_as),
                Placed::Nowhere => None,
            };
            if let Some(unknown_as) = unknown_as {
                *unknown_as = Some(position);
            }
        }
    }
}
