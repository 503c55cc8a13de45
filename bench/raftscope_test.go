package bench

import (
	"errors"
	"fmt"

	"raftscope/recorder"
	"raftscope/recorder/recordertest"
	"raftscope/replay/frames"
	"raftscope/sm"
)

func createRaftscope(path string) (writer, error) {
	f, err := recorder.Create(path, recorder.FileOptions{})
	if err != nil {
		return nil, err
	}
	return f, f.WriteKinds(recordertest.Kinds())
}

func readRaftscope(path string, do func([]sm.Event) error) error {
	f, err := frames.OpenFile(path)
	if err != nil {
		return err
	}
	err = f.Each(1, do)
	if n := f.Damaged(); err == nil && n != 0 {
		err = fmt.Errorf("%d damages", n)
	}
	return errors.Join(err, f.Close())
}
