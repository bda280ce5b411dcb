// The desk's entry: loads the small behaviours and htmx. Every page works without it, only less comfortably.
import "yiwang/theme";
import "yiwang/menu";
import "yiwang/dialog";
import "yiwang/confirm";
import "yiwang/copy";
import "yiwang/field";
import "yiwang/choose";
import "yiwang/keys";
import "yiwang/table";
import "yiwang/live";
import "yiwang/chart";
import "yiwang/search";
import "yiwang/help";
import "yiwang/tour";
import "yiwang/work-leave";
import htmx from "htmx";

// what is swapped in works at once: a button pressed during htmx's pause would send its form as a page of its own
htmx.config.defaultSettleDelay = 0;
