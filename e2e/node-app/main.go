// The program in the containers of the tests on a real node. It needs nothing of its image.
//
//	node-app serve NAME PORT   answers with its name and what it received, and calls others when it is asked to
//	node-app call URL          makes one call, prints the answer, and fails unless it is a 200
//	node-app nothing           ends at once
//	node-app pause             waits until it is told to end
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The headers that an app passes on.
var passed = []string{"Kitsune-Env", "Baggage"}

// Every call opens a connection of its own, so that none is made before the rules of capture.
var client = &http.Client{
	Timeout:   10 * time.Second,
	Transport: &http.Transport{DisableKeepAlives: true},
}

// answer is what the app says to each request.
type answer struct {
	Name    string              `json:"name"`
	Path    string              `json:"path"`
	Headers map[string][]string `json:"headers"`
}

// called is what came back from a call of the app.
type called struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body,omitempty"`
	Text   string          `json:"text,omitempty"`
	Error  string          `json:"error,omitempty"`
}

// probe is the last request of the kubelet to one path.
type probe struct {
	Count   int                 `json:"count"`
	From    string              `json:"from"`
	Host    string              `json:"host"`
	Headers map[string][]string `json:"headers"`
}

// app is what serves.
type app struct {
	name   string
	mutex  sync.Mutex
	probes map[string]*probe
	broken map[string]bool
}

func main() {
	if len(os.Args) < 2 {
		log.Fatal("node-app: say what to do")
	}
	// The first process of a container ends by a signal only if it handles it.
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	switch os.Args[1] {
	case "pause":
		<-end
	case "nothing":
	case "serve":
		go func() {
			<-end
			os.Exit(0)
		}()
		a := &app{name: os.Args[2], probes: map[string]*probe{}, broken: map[string]bool{}}
		log.Fatal(http.ListenAndServe(":"+os.Args[3], a))
	case "call":
		result := call(os.Args[2], http.Header{})
		json.NewEncoder(os.Stdout).Encode(result)
		if result.Status != http.StatusOK {
			os.Exit(1)
		}
	default:
		log.Fatalf("node-app: unknown word %q", os.Args[1])
	}
}

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/probe/"):
		a.probed(w, r)
	case r.URL.Path == "/probes":
		a.mutex.Lock()
		defer a.mutex.Unlock()
		reply(w, a.probes)
	case r.URL.Path == "/break":
		a.mutex.Lock()
		defer a.mutex.Unlock()
		a.broken[r.URL.Query().Get("probe")] = r.URL.Query().Get("broken") == "true"
		reply(w, a.broken)
	case r.URL.Path == "/call":
		headers := http.Header{}
		for _, name := range passed {
			for _, value := range r.Header.Values(name) {
				headers.Add(name, value)
			}
		}
		reply(w, call(r.URL.Query().Get("url"), headers))
	default:
		if wait, err := time.ParseDuration(r.URL.Query().Get("wait")); err == nil {
			time.Sleep(wait)
		}
		headers := map[string][]string{}
		for name, values := range r.Header {
			headers[strings.ToLower(name)] = values
		}
		reply(w, answer{Name: a.name, Path: r.URL.Path, Headers: headers})
	}
}

func (a *app) probed(w http.ResponseWriter, r *http.Request) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	name := strings.TrimPrefix(r.URL.Path, "/probe/")
	from, _, _ := net.SplitHostPort(r.RemoteAddr)
	seen := a.probes[name]
	if seen == nil {
		seen = &probe{}
		a.probes[name] = seen
	}
	seen.Count++
	seen.From, seen.Host, seen.Headers = from, r.Host, r.Header
	if a.broken[name] {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func call(url string, headers http.Header) called {
	request, err := http.NewRequest(http.MethodPost, url, nil)
	if err != nil {
		return called{Error: err.Error()}
	}
	request.Header = headers
	response, err := client.Do(request)
	if err != nil {
		return called{Error: err.Error()}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return called{Status: response.StatusCode, Error: err.Error()}
	}
	if json.Valid(body) {
		return called{Status: response.StatusCode, Body: body}
	}
	return called{Status: response.StatusCode, Text: string(body)}
}

func reply(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(what); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
