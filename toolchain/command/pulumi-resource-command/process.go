package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Inputs say how to run a command; the resource and the function share them.
type Inputs struct {
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// Annotate gives the defaults.
func (i *Inputs) Annotate(a infer.Annotator) {
	a.SetDefault(&i.AddPreviousOutputInEnv, true)
}

// Outputs are what a command said, each without its last line break.
type Outputs struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// run runs the command to its end. Its environment is this process's, then the inputs', then the previous outputs.
// The error of one that fails holds the command and all that it said: keep secrets in its environment or its stdin.
func run(ctx context.Context, command string, in Inputs, previous Outputs) (Outputs, error) {
	words := append(interpreter(in), command)
	process := exec.CommandContext(ctx, words[0], words[1:]...)
	if in.Dir != nil {
		process.Dir = *in.Dir
	}
	process.Env = environment(in, previous)
	if in.Stdin != nil {
		process.Stdin = strings.NewReader(*in.Stdin)
	}

	var stdout, stderr bytes.Buffer
	var both lockedBuffer
	log := logTo(ctx)
	process.Stdout = io.MultiWriter(&stdout, &both, log.when(in.Logging.stdout()))
	process.Stderr = io.MultiWriter(&stderr, &both, log.when(in.Logging.stderr()))
	err := process.Run()
	log.finish()
	if err != nil {
		return previous, fmt.Errorf("%w: running %q:\n%s", err, command, both.String())
	}
	return Outputs{
		Stdout: strings.TrimSuffix(stdout.String(), "\n"),
		Stderr: strings.TrimSuffix(stderr.String(), "\n"),
	}, nil
}

func interpreter(in Inputs) []string {
	if in.Interpreter != nil && len(*in.Interpreter) > 0 {
		return append([]string{}, *in.Interpreter...)
	}
	if runtime.GOOS == "windows" {
		return []string{"cmd", "/C"}
	}
	return []string{"/bin/sh", "-c"}
}

func environment(in Inputs, previous Outputs) []string {
	variables := os.Environ()
	if in.Environment != nil {
		for name, value := range *in.Environment {
			variables = append(variables, name+"="+value)
		}
	}
	if in.AddPreviousOutputInEnv == nil || *in.AddPreviousOutputInEnv {
		if previous.Stdout != "" {
			variables = append(variables, "PULUMI_COMMAND_STDOUT="+previous.Stdout)
		}
		if previous.Stderr != "" {
			variables = append(variables, "PULUMI_COMMAND_STDERR="+previous.Stderr)
		}
	}
	return variables
}

// lockedBuffer may be written to by both streams at once.
type lockedBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(text)
}

func (b *lockedBuffer) String() string { return b.buffer.String() }

// logger shows lines beside the running resource, whatever their length.
type logger struct {
	writer *io.PipeWriter
	done   chan struct{}
}

func logTo(ctx context.Context) logger {
	reader, writer := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		lines := bufio.NewReader(reader)
		for {
			line, err := lines.ReadString('\n')
			if line != "" {
				provider.GetLogger(ctx).InfoStatus(strings.TrimSuffix(line, "\n"))
			}
			if err != nil {
				return
			}
		}
	}()
	return logger{writer: writer, done: done}
}

func (l logger) when(wanted bool) io.Writer {
	if wanted {
		return l.writer
	}
	return io.Discard
}

func (l logger) finish() {
	_ = l.writer.Close()
	<-l.done
}
