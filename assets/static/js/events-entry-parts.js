// The hotline's form as it stands: its matters, which of them is open, and their fields.
let active = "1";

export const entry = () => document.getElementById("entry");
export const told = document.getElementById("suggestions"), help = document.querySelector(".call-help");
export const search = document.getElementById("knowledge-k");
export const parts = () => [...entry().querySelectorAll("[data-part]")];
export const part = () => parts().find(({ dataset }) => dataset.part === active) ?? parts()[0];
export const field = (name, of = part()) => of.querySelector(`[name="${of.dataset.part === "1" ? name : `${name}_${of.dataset.part}`}"]`);
export const isOpen = (of) => of.dataset.part === active;

export function activate(number) {
  active = String(number);
  parts().forEach((each) => { each.dataset.active = each === part() ? "yes" : "no"; });
}
