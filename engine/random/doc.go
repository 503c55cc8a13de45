// Package random runs clusters into random trouble and watches whether anything
// goes wrong: clients write and read in the background while messages are lost,
// delayed and delivered twice, links are cut, and nodes crash, stop and freeze.
// Everything happens in virtual time and follows from one seed.
//
// A run is a row of epochs. Each is a cluster of its own, in a process of its
// own, whose options and seed follow from the run's seed and the epoch's number.
// So a run of a day needs no more memory at its end than at its beginning, and
// what goes wrong is told by a scenario of one epoch, not of a day.
//
// In an epoch stretches of trouble alternate with rest: everything is undone,
// nobody writes, and the nodes have to find together again. What clients were
// told is checked when the epoch is over, over all of it.
//
// The package owns what is done and when, what is counted, and the scenario that
// shows a violation again. It speaks the grammar only: whatever it does a user
// can type, so its journal is a scenario. A family of faults is a file: a list of
// actions with weights (see family).
package random
