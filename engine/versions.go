package engine

import (
	"runtime"
	"runtime/debug"

	"raftscope/sm"
	"raftscope/sm/catalog"
)

// versions that travel in recordings and are told by `raftscope version`.
var shownModules = []string{
	"github.com/hashicorp/raft", "github.com/hashicorp/raft-boltdb/v2", "go.etcd.io/bbolt",
}

// Versions returns the versions of raftscope, of Go and of what is debugged,
// by name.
func Versions() map[string]string {
	v := map[string]string{"go": runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v["raftscope"] = info.Main.Version
	for _, dep := range info.Deps {
		for _, name := range shownModules {
			if dep.Path == name {
				v[name] = dep.Version
			}
		}
	}
	return v
}

// KindSpecs are the kinds of everything the engine tells.
func KindSpecs() []sm.KindSpec {
	var specs []sm.KindSpec
	for _, k := range catalog.All() {
		specs = append(specs, k.Spec())
	}
	return specs
}
