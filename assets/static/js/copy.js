// A button with data-copy="value" puts it on the clipboard and says so.
import { toast } from "yiwang/toast";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const words = document.querySelector("[data-toasts]").dataset;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(words.copied, { seconds: 2 });
  } catch {
    toast(words.notCopied, { tone: "warning" });
  }
});
