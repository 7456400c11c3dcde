package main

import (
	"errors"
	"os/exec"
	"sync"
)

// children are processes that were started and have not ended yet.
type children struct {
	mutex   sync.Mutex
	running map[*exec.Cmd]struct{}
	ended   bool
}

// run starts the command and waits for it. After end it starts nothing.
func (c *children) run(command *exec.Cmd) error {
	if err := c.start(command); err != nil {
		return err
	}
	defer c.forget(command)
	return command.Wait()
}

func (c *children) start(command *exec.Cmd) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.ended {
		return errEnded
	}
	if err := command.Start(); err != nil {
		return err
	}
	if c.running == nil {
		c.running = map[*exec.Cmd]struct{}{}
	}
	c.running[command] = struct{}{}
	return nil
}

func (c *children) forget(command *exec.Cmd) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.running, command)
}

// end kills what runs and refuses what would start later.
func (c *children) end() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.ended = true
	for command := range c.running {
		// An error means that the process has just ended by itself.
		_ = command.Process.Kill()
	}
}

func (c *children) hasEnded() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.ended
}

var errEnded = errors.New("the engine has cancelled this run")
