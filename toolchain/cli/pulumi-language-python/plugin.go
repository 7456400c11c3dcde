package main

import (
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

type pluginStream = grpc.ServerStreamingServer[pulumirpc.RunPluginResponse]

// RunPlugin runs a provider or a policy pack from its source folder until it ends or the engine closes the stream.
func (h *languageHost) RunPlugin(req *pulumirpc.RunPluginRequest, stream pluginStream) error {
	if req.GetAttachDebugger() {
		return errors.New("this language host cannot attach a debugger")
	}
	interpreter, err := findPython(req.GetInfo())
	if err != nil {
		return err
	}
	folder := req.GetInfo().GetProgramDirectory()
	arguments := append([]string{"-u", folder}, req.GetArgs()...)
	if req.GetKind() == "analyzer" {
		arguments = append(append([]string{"-u", "-m", "pulumi.policy"}, req.GetArgs()...), folder)
	}
	output := &pluginOutput{stream: stream}
	command := exec.CommandContext(stream.Context(), interpreter.executable, arguments...)
	command.Dir = req.GetPwd()
	command.Env = interpreter.environment(req.GetEnv()...)
	command.Stdout, command.Stderr = output.stdout(), output.stderr()
	// A process that the plugin left behind may hold its output open.
	command.WaitDelay = 2 * time.Second

	err = h.plugins.run(command)
	if command.ProcessState == nil {
		return fmt.Errorf("plugin in %s: %w", folder, err)
	}
	return output.send(&pulumirpc.RunPluginResponse{
		Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(command.ProcessState.ExitCode())},
	})
}

// pluginOutput sends what a plugin prints. Its two outputs share the stream, which takes one message at a time.
type pluginOutput struct {
	mutex  sync.Mutex
	stream pluginStream
}

func (o *pluginOutput) send(response *pulumirpc.RunPluginResponse) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.stream.Send(response)
}

type writerFunc func([]byte) error

func (write writerFunc) Write(data []byte) (int, error) {
	if err := write(data); err != nil {
		return 0, err
	}
	return len(data), nil
}

func (o *pluginOutput) stdout() writerFunc {
	return func(data []byte) error {
		return o.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: data}})
	}
}

func (o *pluginOutput) stderr() writerFunc {
	return func(data []byte) error {
		return o.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: data}})
	}
}
