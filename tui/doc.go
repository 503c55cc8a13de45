// Package tui is the cockpit: the screen of raftscope, over a replay.Timeline.
//
// It owns what the user sees and chooses: the moment on the screen, the selected
// machine, the layout, keys, mouse and dialogs. Live and recorded runs look
// the same; a live one has a Controller besides, through which commands reach the
// cluster. It refuses to know the engine, and to keep anything of the run: all
// it shows comes from the Timeline, of one View a frame.
//
//	err := tui.Run(ctx, tui.Source{Timeline: t, Controller: c}, tui.Options{})
//
// Events do not come here one by one. While something goes on, the cockpit looks
// at the Timeline once a frame; while nothing does, it sleeps. So a cluster at full
// speed costs it a View each 33 ms, and nothing is ever dropped.
//
// The tree of folders: grid are the cells that are drawn into, theme how they
// look, keys the key maps, pane what screens are made of, dialog what lies above
// them.
package tui
