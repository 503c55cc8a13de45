package history

import "raftscope/sm"

// JSON is a history and its check as JSON, for programs. Times are virtual, in
// ns since the start of the run. Fields and their meaning never change; new
// ones may come.
type JSON struct {
	Verdict string     `json:"verdict"`          // linearizable, not linearizable, not decided, not checked
	Reason  string     `json:"reason,omitempty"` // why nothing was checked
	Stale   int        `json:"stale"`            // stale reads, which are left out of the check
	Keys    []KeyJSON  `json:"keys"`
	Calls   []CallJSON `json:"calls"`
}

// KeyJSON is the check of one key.
type KeyJSON struct {
	Key       string   `json:"key"`
	Calls     int      `json:"calls"`
	Verdict   string   `json:"verdict"`
	Reason    string   `json:"reason,omitempty"`
	Offending string   `json:"offending,omitempty"` // kind#id of the first call whose answer no order explains
	Against   []string `json:"against,omitempty"`   // the answers that contradict it
	Beside    []string `json:"beside,omitempty"`    // other calls that were under way with it

	AgainstUnknown bool `json:"against_unknown,omitempty"` // it would have been too much work to find out against
}

// CallJSON is one call.
type CallJSON struct {
	Machine string   `json:"machine"` // kind#id
	Call    int      `json:"call,omitempty"`
	Node    string   `json:"node,omitempty"`
	Client  string   `json:"client,omitempty"`
	Command string   `json:"command"`
	Key     string   `json:"key,omitempty"`
	Start   sm.Time  `json:"start"`
	End     *sm.Time `json:"end,omitempty"`
	Told    string   `json:"told,omitempty"`
	Result  string   `json:"result,omitempty"`
	Stored  string   `json:"stored,omitempty"`
	Effect  string   `json:"effect"` // took effect, may take effect, no effect, stale read
}

// JSON returns the history and its check v.
func (h *History) JSON(v Verdict) JSON {
	j := JSON{Verdict: v.Result.String(), Reason: v.Reason, Stale: v.Stale, Keys: []KeyJSON{}, Calls: []CallJSON{}}
	for _, k := range v.Keys {
		kj := KeyJSON{Key: k.Key, Calls: k.Calls, Verdict: k.Result.String(), Reason: k.Reason, Against: names(k.Against), Beside: names(k.Beside), AgainstUnknown: k.AgainstUnknown}
		if k.Offending != nil {
			kj.Offending = k.Offending.Name
		}
		j.Keys = append(j.Keys, kj)
	}
	for i := range h.Calls {
		c := &h.Calls[i]
		cj := CallJSON{Machine: c.Name, Call: c.Ordinal, Node: c.Node, Client: c.Client, Command: c.Command, Key: c.Key,
			Start: c.Start, Told: c.Told, Result: c.Result, Stored: c.Stored, Effect: c.Effect.String()}
		if c.Answered {
			cj.End = &c.End
		}
		j.Calls = append(j.Calls, cj)
	}
	return j
}

func names(calls []*Call) (out []string) {
	for _, c := range calls {
		out = append(out, c.Name)
	}
	return out
}
