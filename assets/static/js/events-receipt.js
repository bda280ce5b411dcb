// After a saved call its draft is gone, and Enter begins the next one.
import { forgetDrafts } from "yiwang/events-entry-draft";

forgetDrafts();
document.getElementById("next-call").focus();
