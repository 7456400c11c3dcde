package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

//go:embed runner.py
var runner string

// errorWasShown is the exit code of the runner when the engine has already shown the error.
const errorWasShown = 32

// request is what the runner reads from its standard input: no limit of size, and no secret in the process list.
type request struct {
	Program      string            `json:"program"`
	Arguments    []string          `json:"arguments"`
	Root         string            `json:"root"`
	Project      string            `json:"project"`
	Stack        string            `json:"stack"`
	Organization string            `json:"organization"`
	Config       map[string]string `json:"config"`
	SecretKeys   []string          `json:"secret_keys"`
	DryRun       bool              `json:"dry_run"`
	Parallel     int32             `json:"parallel"`
	Monitor      string            `json:"monitor"`
	Engine       string            `json:"engine"`
}

// Run executes a program to its end. The engine shows what it prints.
func (h *languageHost) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	if req.GetAttachDebugger() {
		return &pulumirpc.RunResponse{Error: "this language host cannot attach a debugger"}, nil
	}
	interpreter, err := findPython(req.GetInfo())
	if err != nil {
		return nil, err
	}
	input, err := json.Marshal(request{
		Program:      filepath.Join(req.GetInfo().GetProgramDirectory(), req.GetInfo().GetEntryPoint()),
		Arguments:    req.GetArgs(),
		Root:         req.GetInfo().GetRootDirectory(),
		Project:      req.GetProject(),
		Stack:        req.GetStack(),
		Organization: req.GetOrganization(),
		Config:       req.GetConfig(),
		SecretKeys:   req.GetConfigSecretKeys(),
		DryRun:       req.GetDryRun(),
		Parallel:     req.GetParallel(),
		Monitor:      req.GetMonitorAddress(),
		Engine:       h.engine,
	})
	if err != nil {
		return nil, err
	}
	// -P: else the runner's own imports would come from the working directory first, and a program may have a file
	// with the name of a standard module.
	command := exec.CommandContext(ctx, interpreter.executable, "-P", "-u", "-c", runner)
	command.Dir = req.GetPwd()
	command.Env = interpreter.environment()
	command.Stdin = bytes.NewReader(input)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return h.outcome(h.programs.run(command))
}

func (h *languageHost) outcome(err error) (*pulumirpc.RunResponse, error) {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case h.programs.hasEnded():
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &exit) && exit.ExitCode() == errorWasShown:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &exit):
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program ended with %s", exit)}, nil
	default:
		return nil, err
	}
}
