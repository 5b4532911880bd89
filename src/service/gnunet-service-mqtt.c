/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/gnunet-service-mqtt.c
 * @brief The mqtt service of a GNUnet peer, as ARM starts it and clients connect to it.
 */
#include <gnunet/gnunet_util_lib.h>
#include "broker.h"
#include "../stream/stream.h"

struct Service
{
  /** NULL before it has begun, and when it has ended. */
  struct MQTT_Broker *broker;
};


static void
stop (void *cls)
{
  struct Service *service = cls;

  if (NULL != service->broker)
    MQTT_broker_destroy (service->broker);
  service->broker = NULL;
}


/**
 * #GNUNET_SERVICE_InitCallback
 */
static void
run (void *cls,
     const struct GNUNET_CONFIGURATION_Handle *cfg,
     struct GNUNET_SERVICE_Handle *handle)
{
  struct Service *service = cls;

  (void)handle;
  GNUNET_SCHEDULER_add_shutdown (&stop, service);
  service->broker = MQTT_broker_create (cfg);
  if (NULL == service->broker)
    GNUNET_SCHEDULER_shutdown ();
}


/**
 * Those who may connect, or are.
 */
static struct MQTT_Clients *
clients_of (const struct Service *service)
{
  return (NULL == service->broker) ? NULL
                                   : MQTT_broker_clients (service->broker);
}


/**
 * #GNUNET_SERVICE_ConnectHandler
 */
static void *
handle_connect (void *cls,
                struct GNUNET_SERVICE_Client *client,
                struct GNUNET_MQ_Handle *mq)
{
  struct Service *service = cls;
  struct MQTT_Clients *clients = clients_of (service);

  return (NULL == clients) ? NULL : MQTT_client_connect (clients, client, mq);
}


/**
 * #GNUNET_SERVICE_DisconnectHandler
 */
static void
handle_disconnect (void *cls, struct GNUNET_SERVICE_Client *client, void *state)
{
  struct Service *service = cls;

  (void)client;
  if ((NULL != state) && (NULL != clients_of (service)))
    MQTT_client_disconnect (state);
}


static enum GNUNET_GenericReturnValue
check_segment (void *cls, const struct GNUNET_MessageHeader *message)
{
  (void)cls;
  return (ntohs (message->size) > sizeof (*message)) ? GNUNET_OK
                                                     : GNUNET_SYSERR;
}


static void
handle_segment (void *cls, const struct GNUNET_MessageHeader *message)
{
  MQTT_client_segment (cls,
                       &message[1],
                       ntohs (message->size) - sizeof (*message));
}


int
main (int argc, char *const *argv)
{
  struct Service service = { .broker = NULL };
  const struct GNUNET_MQ_MessageHandler handlers[] = {
    GNUNET_MQ_hd_var_size (segment,
                           MQTT_MESSAGE_TYPE_SEGMENT,
                           struct GNUNET_MessageHeader,
                           NULL),
    GNUNET_MQ_handler_end ()
  };

  return GNUNET_SERVICE_run_ (argc,
                              argv,
                              MQTT_OPTIONS_SECTION,
                              GNUNET_SERVICE_OPTION_NONE,
                              &run,
                              &handle_connect,
                              &handle_disconnect,
                              &service,
                              handlers);
}
